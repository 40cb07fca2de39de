/** Whether a record passes. */
export type Filter = (record: unknown) => boolean

/** A value of the event; `undefined` where there is none. */
type Leaf = string | number | boolean | null | undefined
type Rule = (leaf: Leaf) => boolean

/**
 * A filter pattern of an event source mapping, in EventBridge's language. A rule sees leaves only: what holds other
 * values is to it as if it were not there, so `exists` is asked of `NewImage.state.S` and not of `NewImage.state`.
 * DynamoDB's numbers are texts, which `numeric` never matches: `{ N: ['5'] }` does.
 * @throws {TypeError} where the pattern is none, naming the place
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export function compilePattern(pattern: unknown, at = ''): Filter {
  if (!isMap(pattern)) throw new TypeError(`${at} is not a map`.trim())
  const entries = Object.entries(pattern)
  if (entries.length === 0) throw new TypeError(`${at} is empty`.trim())
  const filters = entries.map(([key, value]) => {
    const place = at === '' ? key : `${at}.${key}`
    return key === '$or' ? compileOr(value, place) : compileField(key, value, place)
  })
  return (record) => filters.every((filter) => filter(record))
}

function compileOr(alternatives: unknown, at: string): Filter {
  if (!Array.isArray(alternatives) || alternatives.length < 2) throw new TypeError(`${at} has not two alternatives`)
  const filters = alternatives.map((alternative, index) => compilePattern(alternative, `${at}[${index}]`))
  return (record) => filters.some((filter) => filter(record))
}

function compileField(key: string, value: unknown, at: string): Filter {
  const member = (record: unknown): unknown => (isMap(record) && Object.hasOwn(record, key) ? record[key] : undefined)
  if (isMap(value)) {
    const filter = compilePattern(value, at)
    return (record) => filter(member(record))
  }
  if (!Array.isArray(value) || value.length === 0) throw new TypeError(`${at} is neither a map nor a list of rules`)
  const rules = value.map((rule, index) => compileRule(rule, `${at}[${index}]`))
  return (record) => leavesOf(member(record)).some((leaf) => rules.some((rule) => rule(leaf)))
}

/** Of a list any member counts. */
const leavesOf = (value: unknown): readonly Leaf[] => {
  const leaves = (Array.isArray(value) ? value : [value]).filter(isLeaf)
  return leaves.length === 0 ? [undefined] : leaves
}

function compileRule(rule: unknown, at: string): Rule {
  if (!isMap(rule)) return isScalar(rule) ? (leaf) => leaf === rule : fail(at)
  const [[name = '', argument] = [], ...more] = Object.entries(rule)
  const make = Object.hasOwn(RULES, name) ? RULES[name] : undefined
  return (more.length === 0 && make?.(argument)) || fail(at)
}

const fail = (at: string): never => {
  throw new TypeError(`${at} is not a rule that Lambda knows`)
}

/** By name: makes the rule of its argument, or nothing when that does not fit. */
const RULES: Readonly<Record<string, (argument: unknown) => Rule | undefined>> = {
  exists: (wanted) => (typeof wanted === 'boolean' ? (leaf) => (leaf !== undefined) === wanted : undefined),
  prefix: (text) => onText(text, (leaf, wanted) => leaf.startsWith(wanted)),
  suffix: (text) => onText(text, (leaf, wanted) => leaf.endsWith(wanted)),
  'equals-ignore-case': (text) => onText(text, (leaf, wanted) => leaf.toLowerCase() === wanted.toLowerCase()),
  'anything-but': anythingBut,
  numeric,
}

function onText(wanted: unknown, test: (leaf: string, wanted: string) => boolean): Rule | undefined {
  return typeof wanted === 'string' ? (leaf) => typeof leaf === 'string' && test(leaf, wanted) : undefined
}

/** Of a value, of several, or of texts that begin or end so. What is not there is not anything. */
function anythingBut(argument: unknown): Rule | undefined {
  if (isMap(argument)) {
    const [[name = '', text] = [], ...more] = Object.entries(argument)
    const rule = more.length === 0 && ['prefix', 'suffix'].includes(name) ? RULES[name]?.(text) : undefined
    return rule && ((leaf) => typeof leaf === 'string' && !rule(leaf))
  }
  const unwanted: readonly unknown[] = Array.isArray(argument) ? argument : [argument]
  if (unwanted.length === 0 || !unwanted.every(isScalar)) return undefined
  return (leaf) => leaf !== undefined && !unwanted.includes(leaf)
}

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}

/** `['>', 0, '<=', 5]`: pairs that all hold. */
function numeric(argument: unknown): Rule | undefined {
  if (!Array.isArray(argument) || ![2, 4].includes(argument.length)) return undefined
  const holds = [0, 2].slice(0, argument.length / 2).map((index) => {
    const [sign, bound]: readonly unknown[] = argument.slice(index)
    const compare = typeof sign === 'string' ? COMPARISONS[sign] : undefined
    return compare && typeof bound === 'number' ? (leaf: number) => compare(leaf, bound) : undefined
  })
  if (holds.includes(undefined)) return undefined
  return (leaf) => typeof leaf === 'number' && holds.every((hold) => hold?.(leaf))
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isScalar = (value: unknown): value is Exclude<Leaf, undefined> =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

const isLeaf = (value: unknown): value is Leaf => value === undefined || isScalar(value)
