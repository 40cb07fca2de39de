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
export function localVariables({ root, document, env }: Sources): Resolve {
  const files = new Map<string, unknown>()
  const open = new Set<string>()

  const sources: Readonly<Record<string, (address: string, argument: string) => unknown>> = {
    self: (address) => walk(document, address),
    file: (address, path) => walk(readOnce(path), address),
    env: (address) => env[address],
    ssm: (address) => env[environmentName(address)],
    opt: () => undefined,
    sls: (address) => (address === 'stage' ? stage() : refuse(`\${sls:${address}}`)),
    aws: (address) => (address === 'region' ? region() : refuse(`\${aws:${address}}`)),
    param: (address) => walk(document, `params.${stage()}.${address}`) ?? walk(document, `params.default.${address}`),
  }
  const stage = (): unknown => walk(document, 'provider.stage') ?? 'dev'
  const region = (): unknown => walk(document, 'provider.region') ?? 'us-east-1'

  function readOnce(path: string): unknown {
    if (!/\.(ya?ml|json)$/.test(path)) throw new StackError('TEMPLATE_INVALID', `${path} is neither YAML nor JSON`)
    if (!files.has(path)) files.set(path, readYaml(resolve(root, path)))
    return files.get(path)
  }

  function walk(from: unknown, address: string): unknown {
    return address.split('.').reduce((node, key) => member(node, key), resolveValue(from))
  }

  const member = (node: unknown, key: string): unknown => {
    if (key === '') return node
    return isRecord(node) && Object.hasOwn(node, key) ? resolveValue(node[key]) : undefined
  }

  const resolveValue: Resolve = (value) => (typeof value === 'string' ? expand(value) : value)

  function expand(text: string): unknown {
    const parts = splitText(text)
    const [only] = parts
    if (parts.length === 1 && only?.kind === 'variable') return evaluate(only.text)
    const values = parts.map((part) => (part.kind === 'text' ? part.text : evaluate(part.text)))
    return values.includes(undefined) ? undefined : values.map((value) => scalar(value, text)).join('')
  }

  /** `env:X, 'default'`: the first candidate that has a value. */
  function evaluate(expression: string): unknown {
    if (open.has(expression)) throw new StackError('TEMPLATE_INVALID', `\${${expression}} refers to itself`)
    open.add(expression)
    try {
      for (const candidate of splitCandidates(expression)) {
        const value = candidateValue(candidate)
        if (value !== undefined) return value
      }
      return undefined
    } finally {
      open.delete(expression)
    }
  }

  function candidateValue(candidate: string): unknown {
    if (QUOTED.test(candidate)) return expand(candidate.slice(1, -1))
    if (LITERAL.test(candidate)) return JSON.parse(candidate)
    if (candidate.startsWith('${')) return expand(candidate)
    const source = expand(candidate)
    const [, name = '', argument = '', address = ''] = SOURCE.exec(String(source)) ?? []
    const read = Object.hasOwn(sources, name) ? sources[name] : undefined
    if (source === undefined || read === undefined) return source === undefined ? undefined : refuse(candidate)
    return read(address, argument)
  }

  return resolveValue
}

const QUOTED = /^(?:'[^']*'|"[^"]*")$/
const LITERAL = /^(?:true|false|null|-?\d+(?:\.\d+)?)$/
const SOURCE = /^([a-zA-Z]\w*)(?:\(([^)]*)\))?(?::(.*))?$/
/** `${AWS::Region}` and `${Table.Arn}` belong to CloudFormation's `Sub` and stay as they are. */
const VARIABLE_START = /\$\{(?=\s*[a-zA-Z]\w*(?:\(|:(?!:)))/

const refuse = (text: string): never => {
  throw new StackError('TEMPLATE_INVALID', `${text} is a variable the local stack does not know`)
}

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
