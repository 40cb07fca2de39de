import { type FunctionName, noneOf, type Usage } from './usage.ts'

type Counted = Pick<Usage, 'invocations' | 'millis' | 'apiRequests' | 'records' | 'log' | 'metrics' | 'bytesOut'>

/** What the table does not tell: invocations, records, log lines, bytes. */
export interface Journal {
  invoke<T>(name: FunctionName, work: () => Promise<T>): Promise<T>
  record(): void
  /** Records that a function was invoked with. */
  work(count: number): void
  line(text: string): void
  sent(bytes: number): void
  /** A request to the HTTP API, and its answer. */
  answered(body: string): void
  /** Since it was last taken. */
  take(): Counted
}

export function journal(): Journal {
  let counted = emptyCounts()
  return {
    async invoke(name, work) {
      const start = performance.now()
      try {
        return await work()
      } finally {
        counted.invocations[name] += 1
        counted.millis[name] += performance.now() - start
      }
    },
    record: () => {
      counted.records.all += 1
    },
    work: (count) => {
      counted.records.work += count
    },
    line: (text) => {
      counted.log.lines += 1
      counted.log.bytes += Buffer.byteLength(text)
      for (const series of seriesIn(JSON.parse(text))) counted.series.add(series)
    },
    sent: (bytes) => {
      counted.bytesOut += bytes
    },
    answered: (body) => {
      counted.apiRequests += 1
      counted.bytesOut += Buffer.byteLength(body)
    },
    take: () => {
      const { series, ...rest } = counted
      counted = emptyCounts()
      return { ...rest, metrics: [...series].sort() }
    },
  }
}

const emptyCounts = () => ({
  invocations: noneOf(),
  millis: noneOf(),
  apiRequests: 0,
  records: { all: 0, work: 0 },
  log: { lines: 0, bytes: 0 },
  series: new Set<string>(),
  bytesOut: 0,
})

/** What of a log line is in CloudWatch's embedded metric format. */
interface MetricLine {
  readonly _aws?: { readonly CloudWatchMetrics: readonly Directive[] }
  readonly [fact: string]: unknown
}

interface Directive {
  readonly Dimensions: readonly (readonly string[])[]
  readonly Metrics: readonly { readonly Name: string }[]
}

/** CloudWatch charges for each combination of a metric and the values of its dimensions. */
const seriesIn = (line: MetricLine): readonly string[] =>
  (line._aws?.CloudWatchMetrics ?? []).flatMap(({ Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) => [Name, ...names.map((name) => `${name}=${String(line[name])}`)].join(' ')),
    ),
  )
