import type { CloudMeasured, CloudStarted } from './cloud.ts'
import { columns } from './columns.ts'
import { type CostReport, printedCosts } from './cost/report.ts'
import type { CallbackTimes, ImMeasured } from './im.ts'
import type { Received } from './receive.ts'
import type { Started } from './start/start.ts'

/** What we hold ourselves to. */
export interface Target {
  readonly name: string
  readonly value: number
  readonly atLeast?: number
  readonly atMost?: number
  readonly met: boolean
}

export interface Report {
  readonly environment: Readonly<Record<'date' | 'node' | 'cpu', string>> & { readonly cores: number }
  readonly quick: boolean
  readonly coWechat: string
  readonly receive: readonly Received[]
  readonly start: Started
  readonly cloud: CloudStarted
  readonly cost: CostReport
  readonly im: ImMeasured
  readonly targets: readonly Target[]
}

export function targetsOf(
  receive: readonly Received[],
  start: Started,
  cloud: CloudStarted,
  im: ImMeasured,
): readonly Target[] {
  const rates = (format: string) =>
    receive.find((one) => one.format === format && one.mode === 'safe')?.opsPerSecond ?? {}
  const ratio = (format: string, to: string): number => (rates(format).receivePush ?? 0) / (rates(format)[to] ?? 0)
  const peer =
    rates('xml').coWechat === undefined ? [] : [atLeast('safe XML: ours / co-wechat', ratio('xml', 'coWechat'), 2.5)]
  return [
    ...peer,
    atLeast('safe JSON: ours / crypto alone', ratio('json', 'bareCrypto'), 0.5),
    atMost('push bundle, kB', start.bundleBytes.push / 1000, 400),
    atMost('start: push / put only', start.ratio, 1.1),
    atMost('cloud function, SDK beside: first reply / ten lines', cloud.packings.beside.ratio.reply, 1.1),
    atMost('cloud function, SDK inside: first reply / ten lines', cloud.packings.inside.ratio.reply, 1.1),
    atMost('callbacks of IM, p99, ms', im.answering.p99, 50),
    atMost('the same while IM’s API hangs', im.hanging.p99, 50),
  ]
}

const atLeast = (name: string, value: number, limit: number): Target => ({
  name,
  value,
  atLeast: limit,
  met: value >= limit,
})
const atMost = (name: string, value: number, limit: number): Target => ({
  name,
  value,
  atMost: limit,
  met: value <= limit,
})

/** The report as people read it. */
export function printed({ environment, coWechat, receive, start, cloud, cost, im, targets }: Report): string {
  const { date, node, cpu, cores } = environment
  return [
    `weapp-push bench · ${date} · Node ${node} · ${cpu}, ${cores} cores`,
    '',
    'Receive path, a text message: query string and body bytes to a typed push',
    columns(
      ['', 'body', 'receivePush', 'crypto alone', 'co-wechat', 'from a stream', 'ours/crypto', 'ours/co-wechat'],
      receive.map(receiveRow),
    ),
    coWechat,
    '',
    'Where the time goes: µs, and the share of receivePush',
    ...receive.map((one) => `${nameOf(one)}  ${one.rooms.map(roomText).join(' · ')}`),
    '',
    `Bundles  ${Object.entries(start.bundleBytes).map(bundleText).join(' · ')}`,
    `Start of a process to its first record or push handled, median of ${start.runs}  push ${ms(start.millis.push)}, put only ${ms(start.millis.put)}, process ${ms(start.millis.process)}`,
    '',
    `Cold start of the cloud function from require, median of ${cloud.runs}, and of ten lines that make one call with the same SDK`,
    '| SDK | first reply | ten lines | ratio | answer | ten lines | ratio | bundle | ten lines |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...Object.entries(cloud.packings).map(cloudRow),
    '',
    ...printedCosts(cost),
    '',
    `Callbacks of Tencent IM, answered by the local stack: ${im.perSecond} messages a second for ${im.seconds} s`,
    '| IM’s REST API | callbacks | failed | p50 | p99 | longest | asked who is online |',
    '|---|--:|--:|--:|--:|--:|--:|',
    imRow('answers', im.answering),
    imRow('hangs', im.hanging),
    '',
    'Targets',
    columns(['', 'measured', 'target', ''], targets.map(targetRow)),
  ].join('\n')
}

const bundleText = ([name, bytes]: readonly [string, number]): string => `${name} ${(bytes / 1000).toFixed(1)} kB`
const ms = (millis: number): string => `${millis.toFixed(1)} ms`
const nameOf = ({ format, mode }: Received): string => `${format} ${mode}`.padEnd(14)
const roomText = ({ room, micros, share }: Received['rooms'][number]): string =>
  `${room} ${micros.toFixed(2)} ${Math.round(share * 100)} %`

function receiveRow(one: Received): readonly string[] {
  const { receivePush = Number.NaN, bareCrypto, coWechat, coWechatStream } = one.opsPerSecond
  const rate = (value: number | undefined): string =>
    value === undefined ? '-' : `${Math.round(value).toLocaleString('en')}/s`
  const ratio = (value: number | undefined): string => (value === undefined ? '-' : (receivePush / value).toFixed(2))
  const rates = [receivePush, bareCrypto, coWechat, coWechatStream].map(rate)
  return [nameOf(one), `${one.bodyBytes} B`, ...rates, ratio(bareCrypto), ratio(coWechat)]
}

/** As docs/bench.md has it. */
function cloudRow([packing, { millis, ratio, bundleBytes }]: readonly [string, CloudMeasured]): string {
  const { ours, tenLines } = millis
  const times = (['reply', 'answer'] as const).flatMap((end) => [
    ms(ours[end]),
    ms(tenLines[end]),
    ratio[end].toFixed(2),
  ])
  const sizes = [bundleBytes.ours, bundleBytes.tenLines].map((bytes) => `${(bytes / 1000).toFixed(1)} kB`)
  return `| ${[packing, ...times, ...sizes].join(' | ')} |`
}

/** As docs/bench.md has it. */
const imRow = (name: string, { callbacks, failed, p50, p99, longest, questions }: CallbackTimes): string =>
  `| ${name} | ${callbacks.toLocaleString('en')} | ${failed} | ${ms(p50)} | ${ms(p99)} | ${ms(longest)} | ${questions} |`

const targetRow = ({ name, value, atLeast, atMost, met }: Target): readonly string[] => [
  name,
  value.toFixed(2),
  atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
  met ? 'met' : 'MISSED',
]
