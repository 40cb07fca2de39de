import { transform } from 'esbuild'

/** What is there for everybody, and since when. */
const GLOBALS: Readonly<Record<string, string>> = {
  'AbortSignal.any': '20.3',
  'AbortSignal.timeout': '16.14',
  'Array.fromAsync': '22',
  'Object.groupBy': '21',
  'Promise.withResolvers': '22',
  'URL.canParse': '18.17',
  Blob: '18',
  BroadcastChannel: '18',
  CompressionStream: '18',
  crypto: '19',
  CustomEvent: '19',
  DOMException: '17',
  fetch: '18',
  File: '20',
  FormData: '18',
  Headers: '18',
  navigator: '21',
  ReadableStream: '18',
  Request: '18',
  Response: '18',
  structuredClone: '17',
  TransformStream: '18',
  WebSocket: '22',
}

/** What things can do, and what packages of Node hold, since when; by what stands in a bundle. */
const MEMBERS: ReadonlyArray<readonly [what: RegExp, since: string]> = [
  [/\.(?:findLast|findLastIndex)\(/, '18'],
  [/\.(?:toSorted|toReversed|toSpliced|isWellFormed|toWellFormed)\(/, '20'],
  [/\bsignal\w*\.reason\b|\.throwIfAborted\(/i, '16.14'],
  [/\bimport_node_crypto\d*\.hash\b/, '20.12'],
  [/\bimport_node_crypto\d*\.getRandomValues\b/, '17.4'],
  [/\bimport_node_buffer\d*\.isUtf8\b/, '18.14'],
  [/\bimport_node_util\d*\.(?:parseArgs|styleText)\b/, '16.17'],
  [/\bprocess\.(?:loadEnvFile|getBuiltinModule)\b/, '20.12'],
]

const MARK = 'newer_than_node_16'

/**
 * Each use in a bundle of what Node 16.13 lacks, as `shared/x.ts: fetch (Node 18)`. A parameter or an import called `fetch` is none.
 * The bundle is esbuild's and not minified: it names its files in comments, which tell where a use stands.
 */
export async function newerThanNode16(bundle: string): Promise<readonly string[]> {
  const files = bundle.split(/^\/\/ (?=(?:functions|shared|node_modules|tools|\.\.)\/)/m).slice(1)
  const free = await freeNamesIn(bundle)
  return files.flatMap((text) => {
    const [file = ''] = text.split('\n', 1)
    const globals = Object.keys(GLOBALS).filter((name) => free.has(name) && wordOf(name).test(text))
    const members = MEMBERS.flatMap(([what, since]) => {
      const found = what.exec(text)
      return found === null ? [] : [`${file}: ${found[0]} (Node ${since})`]
    })
    return [...globals.map((name) => `${file}: ${name} (Node ${GLOBALS[name]})`), ...members]
  })
}

/** esbuild replaces a global only where nothing in scope has its name. */
async function freeNamesIn(bundle: string): Promise<ReadonlySet<string>> {
  const names = Object.keys(GLOBALS)
  const reached = names.flatMap((name) => [name, `globalThis.${name}`])
  const define = Object.fromEntries(reached.map((name) => [name, `${MARK}.at${names.indexOf(bare(name))}`]))
  const { code } = await transform(bundle, { define, target: 'esnext' })
  return new Set(names.filter((_, at) => new RegExp(`\\b${MARK}\\.at${at}\\b`).test(code)))
}

const bare = (name: string): string => name.replace(/^globalThis\./, '')
const wordOf = (name: string): RegExp => new RegExp(`(?<![\\w$])${name.replace('.', '\\.')}(?![\\w$])`)
