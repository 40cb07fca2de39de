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
  readonly targets: readonly Target[]
}

export function targetsOf(receive: readonly Received[], start: Started): readonly Target[] {
  const rates = (format: string) =>
    receive.find((one) => one.format === format && one.mode === 'safe')?.opsPerSecond ?? {}
  const ratio = (format: string, to: string): number => (rates(format).receivePush ?? 0) / (rates(format)[to] ?? 0)
  const peer =
    rates('xml').coWechat === undefined ? [] : [atLeast('safe XML: ours / co-wechat', ratio('xml', 'coWechat'), 2.5)]
  return [
    ...peer,
    atLeast('safe JSON: ours / crypto alone', ratio('json', 'bareCrypto'), 0.5),
    atMost('push bundle, kB', start.bundleBytes / 1000, 400),
    atMost('start: push / put only', start.ratio, 1.1),
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
export function printed({ environment, coWechat, receive, start, targets }: Report): string {
  const { date, node, cpu, cores } = environment
  return [
    `weapp-push bench · ${date} · Node ${node} · ${cpu}, ${cores} cores`,
    '',
    'Receive path, a text message: query string and body bytes to a typed push',
    table(
      ['', 'body', 'receivePush', 'crypto alone', 'co-wechat', 'from a stream', 'ours/crypto', 'ours/co-wechat'],
      receive.map(receiveRow),
    ),
    coWechat,
    '',
    'Where the time goes: µs, and the share of receivePush',
    ...receive.map((one) => `${nameOf(one)}  ${one.rooms.map(roomText).join(' · ')}`),
    '',
    `Push bundle  ${(start.bundleBytes / 1000).toFixed(1)} kB`,
    `Process start to first accepted push, median of ${start.runs}  ${start.millis.push.toFixed(1)} ms, put only ${start.millis.put.toFixed(1)} ms`,
    '',
    'Targets',
    table(['', 'measured', 'target', ''], targets.map(targetRow)),
  ].join('\n')
}

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

const targetRow = ({ name, value, atLeast, atMost, met }: Target): readonly string[] => [
  name,
  value.toFixed(2),
  atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
  met ? 'met' : 'MISSED',
]

/** Columns as wide as their widest cell; the first to the left, figures to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), title.length),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return [head, ...rows].map((row) => line(row).trimEnd()).join('\n')
}
