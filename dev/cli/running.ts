import { type Clock, type Millis, millis, systemClock } from '../../shared/kernel/time.ts'
import { runningStack } from '../stack-file.ts'
import { UsageError } from './command.ts'

export const NO_STACK = 'no stack is running here: npm start 本地环境未运行，请先 npm start'

/**
 * What a dev route of the running stack says.
 * @throws {UsageError} when none runs, or when it does not take the body
 */
export async function askStack(path: string, body?: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { url } = runningStack() ?? {}
  if (url === undefined) throw new UsageError(NO_STACK)
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`${url}${path}`, request).catch((cause: unknown) => {
    throw new UsageError(NO_STACK, { cause })
  })
  const said = (await response.json()) as { readonly message?: string }
  if (!response.ok) throw new UsageError(said.message ?? `HTTP ${response.status}`)
  return said
}

/** The time of the stack at this address, which may have been moved; anywhere else the real one. */
export async function clockAt(url = runningStack()?.url): Promise<Clock> {
  if (url === undefined || url !== runningStack()?.url) return systemClock
  const ahead = (await stackTime()) - systemClock()
  return () => millis(systemClock() + ahead)
}

/** @throws as `askStack` */
export const stackTime = async (): Promise<Millis> => timeIn(await askStack('/_dev/clock'))

/** @throws as `askStack` */
export const advanceStack = async (advanceMs: number): Promise<Millis> =>
  timeIn(await askStack('/_dev/clock', { advanceMs }))

const timeIn = (said: unknown): Millis => millis(Date.parse((said as { readonly now: string }).now))
