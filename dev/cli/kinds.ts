import { describeSample, SAMPLE_NAMES } from '../simulator/writer.ts'
import { UsageError } from './command.ts'

/** The kind a command is about. */
export function kindOf([kind, ...rest]: readonly string[]): string {
  if (kind === undefined) throw new UsageError('which kind? see --help for the list')
  if (rest.length > 0) throw new UsageError(`one kind at a time, not also ${rest.join(' ')}`)
  if (!SAMPLE_NAMES.includes(kind)) throw new UsageError(`no kind "${kind}"; see --help for the list`)
  return kind
}

export function kindsHelp(): readonly string[] {
  const width = Math.max(...SAMPLE_NAMES.map((name) => name.length))
  return ['Kinds:', ...SAMPLE_NAMES.map((name) => `  ${name.padEnd(width)}  ${describeSample(name)}`)]
}
