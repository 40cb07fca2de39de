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

/** Waits; handed in so that a test need not. */
export type Sleep = (span: Millis) => Promise<void>

export const systemSleep: Sleep = (span) => new Promise((resolve) => void setTimeout(resolve, span))
