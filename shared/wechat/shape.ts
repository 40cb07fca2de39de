import { type Seconds, seconds } from '../kernel/time.ts'
import { asList, isTree, type Wire, type WireTree } from './wire.ts'

/** Takes one typed member out of a body; a member that is missing is no error, WeChat leaves members out. */
export type Reader<T> = (fields: WireTree) => T
export type Shape = Readonly<Record<string, Reader<unknown>>>
export type Shaped<S extends Shape> = { readonly [Name in keyof S]: ReturnType<S[Name]> }

const NOTHING: WireTree = Object.create(null)

/** The first of several spellings that is there: WeChat writes `OpenID`, `OpenId` and `openid`, per event. */
const pick = (fields: WireTree, names: readonly string[]): Wire | undefined => {
  const name = names.find((candidate) => fields[candidate] !== undefined)
  return name === undefined ? undefined : fields[name]
}

const scalarOf = (wire: Wire | undefined): string | undefined => (typeof wire === 'string' ? wire : undefined)

/** Text as it stands, `''` when missing. */
export const text =
  <T extends string = string>(...names: readonly string[]): Reader<T> =>
  (fields) =>
    (scalarOf(pick(fields, names)) ?? '') as T

/** Text, or undefined where its absence means something. */
export const optionalText =
  (...names: readonly string[]): Reader<string | undefined> =>
  (fields) =>
    scalarOf(pick(fields, names))

/** A number that JavaScript holds exactly; ids are read with {@link text}. */
export const number =
  (...names: readonly string[]): Reader<number | undefined> =>
  (fields) => {
    const digits = scalarOf(pick(fields, names))
    const value = Number(digits)
    return digits === undefined || digits.trim() === '' || !Number.isFinite(value) ? undefined : value
  }

/** Unix seconds. */
export const time =
  (...names: readonly string[]): Reader<Seconds | undefined> =>
  (fields) => {
    const value = number(...names)(fields)
    return value === undefined ? undefined : seconds(value)
  }

export const part =
  <S extends Shape>(name: string, shape: S): Reader<Shaped<S>> =>
  (fields) => {
    const inner = fields[name]
    return readShape(shape, isTree(inner) ? inner : NOTHING)
  }

export const optionalPart =
  <S extends Shape>(name: string, shape: S): Reader<Shaped<S> | undefined> =>
  (fields) => {
    const inner = fields[name]
    return isTree(inner) ? readShape(shape, inner) : undefined
  }

/** A list of parts; one entry may stand there without its list. */
export const parts =
  <S extends Shape>(name: string, shape: S): Reader<readonly Shaped<S>[]> =>
  (fields) =>
    asList(fields[name]).map((entry) => readShape(shape, isTree(entry) ? entry : NOTHING))

export const texts =
  (name: string): Reader<readonly string[]> =>
  (fields) =>
    asList(fields[name]).flatMap((entry) => (typeof entry === 'string' ? [entry] : []))

/** Reads from inside a wrapper that only one of the two formats has, or from the body itself. */
export const unwrapped =
  <T>(wrapper: string, reader: Reader<T>): Reader<T> =>
  (fields) => {
    const inner = fields[wrapper]
    return reader(isTree(inner) ? inner : fields)
  }

export function readShape<S extends Shape>(shape: S, fields: WireTree): Shaped<S> {
  const read: Record<string, unknown> = {}
  for (const name in shape) read[name] = shape[name]?.(fields)
  return read as Shaped<S>
}
