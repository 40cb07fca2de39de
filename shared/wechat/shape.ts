import { type Millis, millis, type Seconds, seconds } from '../kernel/time.ts'
import { asList, isTree, type Wire, type WireTree } from './wire.ts'

/** Takes one typed member out of a body; a member that is missing is no error, WeChat leaves members out. */
export type Reader<T> = (fields: WireTree) => T
export type Shape = Readonly<Record<string, Reader<unknown>>>
export type Shaped<S extends Shape> = { readonly [Name in keyof S]: ReturnType<S[Name]> }

type Names = readonly [name: string, ...others: string[]]

const NOTHING: WireTree = Object.create(null)

/** The first of several spellings that is there: WeChat writes `OpenID`, `OpenId` and `openid`, per event. */
function pick(fields: WireTree, names: Names): Wire | undefined {
  for (const name of names) {
    const wire = fields[name]
    if (wire !== undefined) return wire
  }
  return undefined
}

/** Text, or undefined where its absence means something. */
export const optionalText =
  <T extends string = string>(...names: Names): Reader<T | undefined> =>
  (fields) => {
    const wire = pick(fields, names)
    return typeof wire === 'string' ? (wire as T) : undefined
  }

/** Text as it stands, `''` when missing. */
export const text = <T extends string = string>(...names: Names): Reader<T> => {
  const read = optionalText<T>(...names)
  return (fields) => read(fields) ?? ('' as T)
}

/** A number that JavaScript holds exactly; ids are read with {@link text}. */
export const number =
  (...names: Names): Reader<number | undefined> =>
  (fields) => {
    const digits = pick(fields, names)
    if (typeof digits !== 'string' || digits.trim() === '') return undefined
    const value = Number(digits)
    return Number.isFinite(value) ? value : undefined
  }

/** Unix seconds. */
export const time = (...names: Names): Reader<Seconds | undefined> => {
  const read = number(...names)
  return (fields) => {
    const value = read(fields)
    return value === undefined ? undefined : seconds(value)
  }
}

/** Unix milliseconds, which only Apple's subscriptions use. */
export const timeMs = (...names: Names): Reader<Millis | undefined> => {
  const read = number(...names)
  return (fields) => {
    const value = read(fields)
    return value === undefined ? undefined : millis(value)
  }
}

/** `true` or `1`; anything else, and nothing, is false. */
export const flag = (...names: Names): Reader<boolean> => {
  const read = text(...names)
  return (fields) => ['true', '1'].includes(read(fields))
}

/** Several members of the same body as one. */
export function shaped<S extends Shape>(shape: S): Reader<Shaped<S>> {
  const members = Object.entries(shape)
  return (fields) => {
    const read: Record<string, unknown> = {}
    for (const [name, member] of members) read[name] = member(fields)
    return read as Shaped<S>
  }
}

export const part = <S extends Shape>(name: string, shape: S): Reader<Shaped<S>> => {
  const read = shaped(shape)
  return (fields) => {
    const inner = fields[name]
    return read(isTree(inner) ? inner : NOTHING)
  }
}

export const optionalPart = <S extends Shape>(name: string, shape: S): Reader<Shaped<S> | undefined> => {
  const read = shaped(shape)
  return (fields) => {
    const inner = fields[name]
    return isTree(inner) ? read(inner) : undefined
  }
}

/** A list of parts; one entry may stand there without its list. */
export const parts = <S extends Shape>(name: string, shape: S): Reader<readonly Shaped<S>[]> => {
  const read = shaped(shape)
  return (fields) => asList(fields[name]).map((entry) => read(isTree(entry) ? entry : NOTHING))
}

export const texts =
  (name: string): Reader<readonly string[]> =>
  (fields) =>
    asList(fields[name]).filter((entry) => typeof entry === 'string')

/** Reads from inside a wrapper that only one of the two formats has, or from the body itself. */
export const unwrapped =
  <T>(wrapper: string, reader: Reader<T>): Reader<T> =>
  (fields) => {
    const inner = fields[wrapper]
    return reader(isTree(inner) ? inner : fields)
  }
