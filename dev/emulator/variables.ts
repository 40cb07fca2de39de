import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { StackError } from './stack-error.ts'
import { parseYaml } from './yaml.ts'

interface Sources {
  readonly root: string
  readonly document: unknown
  /** What `${env:…}` reads, and `${ssm:…}` in place of the parameter store. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** One value, without its variables; those further down stay. `undefined` when neither a source nor a fallback has it. */
export type Resolve = (value: unknown) => unknown

/** The variables of Serverless that our serverless.yml uses, resolved for this machine. */
export function localVariables(sources: Sources): Resolve {
  const variables = new Variables(sources)
  return (value) => variables.resolve(value)
}

class Variables {
  readonly #sources: Sources
  readonly #files = new Map<string, unknown>()
  /** Expressions under way, so that one which needs itself is seen. */
  readonly #open = new Set<string>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  readonly resolve: Resolve = (value) => (typeof value === 'string' ? this.#expand(value) : value)

  #expand(text: string): unknown {
    const parts = splitText(text)
    const [only] = parts
    if (parts.length === 1 && only?.kind === 'variable') return this.#evaluate(only.text)
    const values = parts.map((part) => (part.kind === 'text' ? part.text : this.#evaluate(part.text)))
    return values.includes(undefined) ? undefined : values.map((value) => scalar(value, text)).join('')
  }

  /** `env:X, 'default'`: the first candidate that has a value. */
  #evaluate(expression: string): unknown {
    if (this.#open.has(expression)) throw new StackError('TEMPLATE_INVALID', `\${${expression}} refers to itself`)
    this.#open.add(expression)
    try {
      for (const candidate of splitCandidates(expression)) {
        const value = this.#candidate(candidate)
        if (value !== undefined) return value
      }
      return undefined
    } finally {
      this.#open.delete(expression)
    }
  }

  #candidate(candidate: string): unknown {
    if (QUOTED.test(candidate)) return this.#expand(candidate.slice(1, -1))
    if (LITERAL.test(candidate)) return JSON.parse(candidate)
    if (candidate.startsWith('${')) return this.#expand(candidate)
    const source = this.#expand(candidate)
    if (source === undefined) return undefined
    const [, name = '', argument = '', address = ''] = SOURCE.exec(String(source)) ?? []
    return this.#read(name, address, argument)
  }

  #read(source: string, address: string, argument: string): unknown {
    const { document, env } = this.#sources
    if (source === 'self') return this.#walk(document, address)
    if (source === 'file') return this.#walk(this.#file(argument), address)
    if (source === 'env') return env[address]
    if (source === 'ssm') return env[environmentName(address)]
    if (source === 'param') return this.#parameter(address)
    // Nobody gives the local stack options of the serverless command.
    if (source === 'opt') return undefined
    if (source === 'sls' && address === 'stage') return this.#stage()
    if (source === 'aws' && address === 'region') return this.#walk(document, 'provider.region')
    throw new StackError('TEMPLATE_INVALID', `${source}:${address} is a variable the local stack does not know`)
  }

  #stage(): unknown {
    return this.#walk(this.#sources.document, 'provider.stage') ?? 'dev'
  }

  #parameter(name: string): unknown {
    const of = (stage: unknown): unknown => this.#walk(this.#sources.document, `params.${stage}.${name}`)
    return of(this.#stage()) ?? of('default')
  }

  #file(path: string): unknown {
    if (!/\.(ya?ml|json)$/.test(path)) throw new StackError('TEMPLATE_INVALID', `${path} is neither YAML nor JSON`)
    if (!this.#files.has(path)) this.#files.set(path, readYaml(resolve(this.#sources.root, path)))
    return this.#files.get(path)
  }

  #walk(from: unknown, address: string): unknown {
    const keys = address === '' ? [] : address.split('.')
    return keys.reduce(
      (node, key) => (isRecord(node) && Object.hasOwn(node, key) ? this.resolve(node[key]) : undefined),
      this.resolve(from),
    )
  }
}

const QUOTED = /^(?:'[^']*'|"[^"]*")$/
const LITERAL = /^(?:true|false|null|-?\d+(?:\.\d+)?)$/
const SOURCE = /^([a-zA-Z]\w*)(?:\(([^)]*)\))?(?::(.*))?$/
/** `${AWS::Region}` and `${Table.Arn}` belong to CloudFormation's `Sub` and stay as they are. */
const VARIABLE_START = /\$\{(?=\s*[a-zA-Z]\w*(?:\(|:(?!:)))/

/** `/weapp-push/dev/wechat-token` → `WECHAT_TOKEN` */
const environmentName = (parameter: string): string =>
  parameter
    .slice(parameter.lastIndexOf('/') + 1)
    .toUpperCase()
    .replaceAll('-', '_')

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function scalar(value: unknown, text: string): string {
  if (!isRecord(value)) return String(value)
  throw new StackError('TEMPLATE_INVALID', `${text} puts a map or a list into a text`)
}

/** @throws {StackError} TEMPLATE_INVALID when the file is missing or is not YAML */
export function readYaml(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new StackError('TEMPLATE_INVALID', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

interface Part {
  readonly kind: 'text' | 'variable'
  readonly text: string
}

function splitText(text: string): readonly Part[] {
  const start = text.search(VARIABLE_START)
  if (start < 0) return [{ kind: 'text', text }]
  const end = closingBrace(text, start)
  const rest = text.slice(end + 1)
  return [
    ...(start > 0 ? [{ kind: 'text', text: text.slice(0, start) } as const] : []),
    { kind: 'variable', text: text.slice(start + 2, end).trim() },
    ...(rest === '' ? [] : splitText(rest)),
  ]
}

function closingBrace(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1
    if (text[at] === '}') depth -= 1
    if (text[at] === '}' && depth === 0) return at
  }
  throw new StackError('TEMPLATE_INVALID', `${text} lacks a closing brace`)
}

/** Splits at the commas that stand outside quotes, parentheses and nested variables. */
function splitCandidates(expression: string): readonly string[] {
  const candidates = ['']
  let depth = 0
  let quote = ''
  for (const char of expression) {
    if (quote === '') depth += '({'.includes(char) ? 1 : ')}'.includes(char) ? -1 : 0
    if (quote !== '' || `'"`.includes(char)) quote = quote === '' ? char : quote === char ? '' : quote
    if (char === ',' && depth === 0 && quote === '') candidates.push('')
    else candidates.push(`${candidates.pop()}${char}`)
  }
  return candidates.map((candidate) => candidate.trim())
}
