import { StackError } from './stack-error.ts'
import type { Resolve } from './variables.ts'

/** A place in the template: its variables are resolved when it is looked at, and a complaint names it. */
export interface Cursor {
  /** Not there, or null. */
  readonly isAbsent: boolean
  /** Without variables, all the way down. */
  value(): unknown
  get(key: string): Cursor
  entries(): readonly (readonly [string, Cursor])[]
  items(): readonly Cursor[]
  isList(): boolean
  isMap(): boolean
  text(): string
  number(): number
  /** From `least` to `most`, or `otherwise` when it is absent. */
  integer(least: number, most: number, otherwise: number): number
  /** `otherwise` when it is absent. */
  truth(otherwise: boolean): boolean
  /** @throws {StackError} TEMPLATE_INVALID, naming the place */
  reject(cause: string): never
}

export function cursorAt(raw: unknown, at: string, resolve: Resolve): Cursor {
  const here = resolve(raw)
  if (raw !== undefined && here === undefined) reject(`${String(raw)} has no value`)

  function reject(cause: string): never {
    throw new StackError('TEMPLATE_INVALID', `${at} ${cause}`)
  }
  const record = (): Record<string, unknown> =>
    typeof here === 'object' && here !== null && !Array.isArray(here) ? { ...here } : reject('is not a map')
  const get = (key: string): Cursor => cursorAt(record()[key], at === '' ? key : `${at}.${key}`, resolve)
  const entries = () => Object.keys(record()).map((key) => [key, get(key)] as const)
  const items = (): readonly Cursor[] =>
    Array.isArray(here)
      ? here.map((item: unknown, index) => cursorAt(item, `${at}[${index}]`, resolve))
      : reject('is not a list')

  const isAbsent = here === undefined || here === null
  const number = (): number => (Number.isFinite(Number(here ?? Number.NaN)) ? Number(here) : reject('is not a number'))

  return {
    isAbsent,
    value: () => {
      if (Array.isArray(here)) return items().map((item) => item.value())
      if (typeof here !== 'object' || here === null) return here
      return Object.fromEntries(entries().map(([key, cursor]) => [key, cursor.value()]))
    },
    get,
    entries,
    items,
    isList: () => Array.isArray(here),
    isMap: () => typeof here === 'object' && here !== null && !Array.isArray(here),
    text: () => (typeof here === 'object' || here === undefined ? reject('is not a text') : String(here)),
    number,
    integer: (least, most, otherwise) => {
      const value = isAbsent ? otherwise : number()
      const fits = Number.isInteger(value) && value >= least && value <= most
      return fits ? value : reject(`is not a whole number from ${least} to ${most}`)
    },
    truth: (otherwise) => {
      if (isAbsent) return otherwise
      return String(here) === 'true' || (String(here) === 'false' ? false : reject('is neither true nor false'))
    },
    reject,
  }
}
