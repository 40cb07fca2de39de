import { failureQueue } from '../failure-queue.ts'

/** Makes the next `times` calls of a path fail; `*` is any path, 0 takes back what was asked for the path before. */
export interface Failure {
  readonly path: string
  readonly times: number
  /** The call has no effect and is answered with this. */
  readonly errcode?: number
  /** The same, with an HTML page of this status. */
  readonly status?: number
  /** No effect and no answer, until the caller goes. */
  readonly hang?: boolean
  /** The answer comes so much later, by real time; without one of the others the call has its effect. */
  readonly delayMs?: number
}

const LONGEST_DELAY_MS = 600_000

const isWhole = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

/** What each member must be, in words and as a test. */
const MEMBERS: Readonly<Record<keyof Failure, readonly [rule: string, holds: (value: unknown) => boolean]>> = {
  path: [
    'a path such as /cgi-bin/stable_token, or *',
    (value) => typeof value === 'string' && /^(?:\*|\/\S+)$/.test(value),
  ],
  times: ['a whole number from 0 to 1000000', (value) => isWhole(value, 0, 1_000_000)],
  errcode: ['a whole number other than 0', (value) => isWhole(value, -100_000, 100_000_000) && value !== 0],
  status: ['an HTTP status from 200 to 599', (value) => isWhole(value, 200, 599)],
  hang: ['true or false', (value) => typeof value === 'boolean'],
  delayMs: [`milliseconds from 0 to ${LONGEST_DELAY_MS}`, (value) => isWhole(value, 0, LONGEST_DELAY_MS)],
}

/** The failures that are still to come, in the order in which they were asked for. */
export const failures = () => failureQueue<Failure>((failure) => checkFailure({ ...failure }))

/** @throws {TypeError} naming the member that is wrong */
export function failureOf(given: Readonly<Record<string, unknown>>): Failure {
  checkFailure(given)
  return { ...given, path: String(given.path), times: Number(given.times) }
}

function checkFailure(failure: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(failure).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    if (!isMember(name)) throw new TypeError(`a failure has no ${name}; it has ${Object.keys(MEMBERS).join(', ')}`)
    const [rule, holds] = MEMBERS[name]
    if (!holds(value)) throw new TypeError(`${name} is ${rule}`)
  }
  for (const name of ['path', 'times'] as const) {
    if (failure[name] === undefined) throw new TypeError(`${name} is missing: ${MEMBERS[name][0]}`)
  }
  const { errcode, status, hang = false, delayMs } = failure
  const kinds = [errcode !== undefined, status !== undefined, hang].filter(Boolean).length
  if (kinds > 1) throw new TypeError('a failure is one of errcode, status and hang')
  if (kinds === 0 && delayMs === undefined && failure.times !== 0)
    throw new TypeError('a failure needs errcode, status, hang or delayMs')
  if (hang && delayMs !== undefined) throw new TypeError('what hangs is not late: hang or delayMs')
}

const isMember = (name: string): name is keyof Failure => Object.hasOwn(MEMBERS, name)
