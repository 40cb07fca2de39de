import type { ParseArgsConfig } from 'node:util'
import { parseArgs } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>
export type Values = Readonly<Record<string, string | boolean | undefined>>

export interface Invocation {
  readonly positionals: readonly string[]
  readonly values: Values
}

/** One word of the command line. */
export interface Command {
  /** One line each for `wx help`. */
  readonly summary: { readonly en: string; readonly zh: string }
  readonly usage: string
  readonly options: Options
  /** How many words it takes beside its options, at most. */
  readonly words: number
  /** Lines under the usage. */
  readonly help: () => string
  /** The exit code: 0 as hoped, 1 not. */
  run(invocation: Invocation): Promise<number>
}

/** The command line is not understood: exit code 2. */
export class UsageError extends Error {}

export function parse(command: Pick<Command, 'options' | 'words'>, args: readonly string[]): Invocation {
  try {
    const options: Options = { ...command.options, help: { type: 'boolean', short: 'h' } }
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    if (positionals.length > command.words)
      throw new UsageError(`"${positionals[command.words]}" is one word too many 多余的参数`)
    return { positionals, values: values as Values }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new UsageError(cause instanceof Error ? (cause.message.split('.')[0] ?? '') : String(cause))
  }
}

export const textOf = (values: Values, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw new UsageError(`${name}: ${value === '' ? 'missing 缺少' : `"${value}"`}; one of 可选: ${allowed.join(', ')}`)
}

// `| head` closes the pipe when it has seen enough.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code !== 'EPIPE') throw cause
  process.exit()
})

export const print = (line: string): void => void process.stdout.write(`${line}\n`)
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))
