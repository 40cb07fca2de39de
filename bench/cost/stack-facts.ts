import { readFileSync } from 'node:fs'
import { readTemplate } from '../../dev/emulator/template.ts'

/** What serverless.yml and infra/ say that costs money. */
export interface StackFacts {
  readonly memoryMb: Readonly<Record<string, number>>
  readonly alarms: number
  /** On top of these where Tencent IM is used. */
  readonly alarmsOfIm: number
  readonly dashboards: number
}

export function stackFacts(): StackFacts {
  const { functions } = readTemplate('.', {})
  return {
    memoryMb: Object.fromEntries(functions.map(({ name, memoryMb }) => [name, memoryMb])),
    alarms: countOf('AWS::CloudWatch::Alarm', 'infra/alarms.yml'),
    alarmsOfIm: countOf('AWS::CloudWatch::Alarm', 'infra/alarms-im.yml'),
    dashboards: countOf('AWS::CloudWatch::Dashboard', 'infra/dashboard.yml'),
  }
}

const countOf = (type: string, file: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() === `Type: ${type}`).length
