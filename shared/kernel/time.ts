import { setTimeout } from 'node:timers/promises'

declare const unit: unique symbol

/** Unix time or a span in whole seconds: WeChat's CreateTime, DynamoDB's TTL. */
export type Seconds = number & { readonly [unit]: 'Seconds' }
/** Unix time or a span in milliseconds. */
export type Millis = number & { readonly [unit]: 'Millis' }

/** The world's time, handed in so that a test can hold it still. */
export type Clock = () => Millis

export const systemClock: Clock = () => Date.now() as Millis

export const seconds = (value: number): Seconds => Math.floor(value) as Seconds
export const millis = (value: number): Millis => value as Millis
export const hours = (value: number): Seconds => seconds(value * 3600)
export const toSeconds = (value: Millis): Seconds => seconds(value / 1000)
export const toMillis = (value: Seconds): Millis => millis(value * 1000)
export const minutes = (value: number): Millis => millis(value * 60_000)

/** Waits, or until the signal aborts; never rejects. Handed in so that a test need not wait. */
export type Sleep = (span: Millis, signal?: AbortSignal) => Promise<void>

export const systemSleep: Sleep = (span, signal) =>
  setTimeout(span, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
