/** What is to be done about an errcode. */
export type Next =
  /** It may pass: with back-off. */
  | 'again'
  /** A quota of the minute. */
  | 'in-a-minute'
  /** A quota of the day. */
  | 'tomorrow'
  /** The token is not valid: once with a new one. */
  | 'refresh'
  /** Somebody has to change something in WeChat's console or in the settings; then it passes. */
  | 'configure'
  /** A normal outcome that no repetition changes. */
  | 'end'
  /** Our request is wrong: it stays until the rule is mended. */
  | 'mend'

export interface Meaning {
  /** In kebab-case, for logs and outcomes. */
  readonly name: string
  readonly next: Next
  /** What to do, for the developer. `{ip}` stands for the address that WeChat saw. */
  readonly hint: string
  readonly zh: string
}

export type Meanings = Readonly<Record<number, Meaning>>

/** A row is short enough to be read in a table. */
export const meaning = (name: string, next: Next, hint: string, zh: string): Meaning => ({ name, next, hint, zh })
