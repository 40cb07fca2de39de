import { describe, expect, test } from 'vitest'
import { importsOf, sourceOf, sourcesIn } from './sources.ts'

/** Which rooms a room may import from; what is not listed is a fault. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'shared/kernel': [],
  'shared/config': ['shared/kernel'],
  'shared/http': ['shared/kernel'],
  'shared/store': ['shared/kernel'],
  'shared/im': ['shared/kernel', 'shared/http'],
  'shared/wechat': ['shared/kernel', 'shared/http', 'shared/store'],
  'shared/reply': ['shared/kernel', 'shared/im', 'shared/wechat'],
  'shared/act': ['shared/kernel', 'shared/store', 'shared/wechat', 'shared/reply'],
  'shared/notify': ['shared/kernel', 'shared/store', 'shared/im', 'shared/wechat', 'shared/reply'],
  functions: [
    'shared/kernel',
    'shared/config',
    'shared/http',
    'shared/store',
    'shared/im',
    'shared/wechat',
    'shared/reply',
    'shared/act',
    'shared/notify',
  ],
}

/** What may stand in few places only, and where: files, and folders with their slash. */
const WORDS: ReadonlyArray<readonly [what: RegExp, where: string]> = [
  [/\bcreateHash\b|\bcreateHmac\b|\bhash\(/, 'shared/kernel/bytes.ts'],
  [/\btimingSafeEqual\b/, 'shared/kernel/bytes.ts'],
  [/\bcreateDecipheriv\b|\bcreateCipheriv\b/, 'shared/wechat/envelope.ts'],
  [/\bnew XMLParser\b/, 'shared/wechat/wire.ts'],
  [/\bfetch\(/, 'shared/http/request.ts, shared/reply/handlers/'],
  [/\b(?:40001|40164|45009)\b/, 'shared/wechat/errcodes/common.ts'],
  [/\b(?:40007|43101|45015)\b/, 'shared/wechat/errcodes/message.ts'],
  [/\bdeflateSync\b|\binflateSync\b/, 'shared/im/user-sig.ts'],
  [/'CallbackCommand'/, 'shared/im/callback.ts'],
  [/\b(?:70001|70050|70107)\b/, 'shared/im/errcode.ts'],
  [/\bPutItemCommand\b/, 'shared/store/dynamo-'],
  [/\bexpiresAtSec\b/, 'shared/store/item.ts'],
  [/\bDate\.now\(\)/, 'shared/kernel/time.ts'],
  [/\bconsole\.(?:log|info|warn|error|debug|trace|table|dir)\b|\bprocess\.std(?:out|err)\b/, 'shared/kernel/log.ts'],
  [/\bstatusCode: status\b/, 'shared/http/lambda.ts'],
  [
    /\bprocess\.env\b|\bnew DynamoDBClient\b/,
    ['push', 'process', 'tick', 'im', 'send', 'login', 'cloud']
      .map((name) => `functions/${name}/handler.ts`)
      .join(', '),
  ],
]

const roomOf = (file: string): string =>
  file.startsWith('shared/') ? file.split('/').slice(0, 2).join('/') : (file.split('/')[0] ?? '')

const DEPLOYED = sourcesIn('shared', 'functions')
const ALL = [...DEPLOYED, ...sourcesIn('dev', 'tools', 'bench', 'test')]

describe('rooms', () => {
  test.each(DEPLOYED)('%s imports only along the arrows', (file) => {
    const room = roomOf(file)
    const foreign = importsOf(file).filter((target) => roomOf(target) !== room)
    expect(foreign.filter((target) => !ARROWS[room]?.includes(roomOf(target)))).toEqual([])
  })

  test('a function does not import from another function', () => {
    const folder = (file: string): string | undefined => file.split('/')[1]
    const crossing = sourcesIn('functions').filter((file) =>
      importsOf(file).some((target) => target.startsWith('functions/') && folder(target) !== folder(file)),
    )
    expect(crossing).toEqual([])
  })

  test('nothing that is deployed imports from dev, tools, bench or test', () => {
    const outside = DEPLOYED.flatMap(importsOf).filter((target) => !/^(shared|functions)\//.test(target))
    expect(outside).toEqual([])
  })

  test('no file imports itself in a circle', () => {
    const done = new Set<string>()
    const circle = (file: string, path: readonly string[]): readonly string[] | undefined => {
      if (path.includes(file)) return [...path, file]
      if (done.has(file) || !ALL.includes(file)) return undefined
      for (const target of importsOf(file)) {
        const found = circle(target, [...path, file])
        if (found !== undefined) return found
      }
      done.add(file)
      return undefined
    }
    expect(ALL.map((file) => circle(file, [])).find((path) => path !== undefined)).toBeUndefined()
  })

  test.each(WORDS)('%s stands only in %s', (what, where) => {
    const isHome = (file: string): boolean => where.split(', ').some((place) => file.startsWith(place))
    const elsewhere = DEPLOYED.filter((file) => !isHome(file) && what.test(withoutComments(sourceOf(file))))
    expect(elsewhere).toEqual([])
  })

  test('no file has 400 lines', () => {
    expect(ALL.filter((file) => sourceOf(file).split('\n').length >= 400)).toEqual([])
  })
})

const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
