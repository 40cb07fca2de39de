import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { cases } from './cases.ts'
import { measureCloudStart } from './cloud.ts'
import { loadCoWechat } from './co-wechat.ts'
import { costReport } from './cost/report.ts'
import { measureIm } from './im.ts'
import { measureReceive, type Received } from './receive.ts'
import { printed, type Report, targetsOf } from './report.ts'
import { measureStart } from './start/start.ts'

const { values } = parseArgs({ options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } } })
const effort = values.quick
  ? { rounds: 3, roundMs: 5, starts: 2, cloudStarts: 1, imSeconds: 0.5 }
  : { rounds: 31, roundMs: 50, starts: 21, cloudStarts: 31, imSeconds: 30 }

const peer = loadCoWechat()
const receive: Received[] = []
for (const push of cases())
  receive.push(await measureReceive(push, typeof peer === 'string' ? undefined : peer, effort))
const start = await measureStart(effort.starts)
const cloud = await measureCloudStart(effort.cloudStarts)
const cost = await costReport()
const im = await measureIm(effort.imSeconds)

const report: Report = {
  environment: {
    date: new Date().toISOString(),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
  },
  quick: values.quick,
  coWechat: typeof peer === 'string' ? peer : `co-wechat ${peer.version}`,
  receive,
  start,
  cloud,
  cost,
  im,
  targets: targetsOf(receive, start, cloud, im),
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`)
console.log(printed(report))
