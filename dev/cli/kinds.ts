import { describeSample, SAMPLE_NAMES } from '../simulator/writer.ts'
import { UsageError } from './command.ts'

/** The kind a command is about. */
export function kindOf([kind]: readonly string[]): string {
  if (kind === undefined) throw new UsageError('which kind? --help lists them 缺少类型，见 --help')
  if (!SAMPLE_NAMES.includes(kind)) throw new UsageError(`no kind "${kind}"; --help lists them 没有这个类型，见 --help`)
  return kind
}

export function kindsHelp(): readonly string[] {
  const width = Math.max(...SAMPLE_NAMES.map((name) => name.length))
  return ['Kinds:', ...SAMPLE_NAMES.map((name) => `  ${name.padEnd(width)}  ${describeSample(name)}`)]
}
