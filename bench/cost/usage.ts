/** What handling something used, as measured. */
export interface Usage {
  readonly table: TableUsage
  /** Invocations of each function, and the milliseconds they took here in all. */
  readonly invocations: Readonly<Record<FunctionName, number>>
  readonly millis: Readonly<Record<FunctionName, number>>
  /** Requests to the HTTP API. */
  readonly apiRequests: number
  /** Records of the table's stream, and those of them that the filter of serverless.yml lets through. */
  readonly records: { readonly all: number; readonly work: number }
  /** Calls of WeChat's and IM's API by path. */
  readonly calls: Readonly<Record<string, number>>
  /** What our functions logged, metrics included. */
  readonly log: { readonly lines: number; readonly bytes: number }
  /** Series of custom metrics, each charged for on its own. */
  readonly metrics: readonly string[]
  /** Bodies that left AWS: answers to requests and calls of WeChat's and IM's API. */
  readonly bytesOut: number
}

/** A case, and what it used. */
export interface Measured {
  readonly name: string
  readonly usage: Usage
}

export const FUNCTIONS = ['push', 'process', 'tick', 'im', 'send', 'login'] as const
export type FunctionName = (typeof FUNCTIONS)[number]

/** Nothing of each, to count from. */
export const noneOf = (): Record<FunctionName, number> => ({ push: 0, process: 0, tick: 0, im: 0, send: 0, login: 0 })

export interface TableUsage {
  readonly requests: Readonly<Record<string, number>>
  /** Write units of the table, outside and inside of transactions; the latter count twice already. */
  readonly writes: number
  readonly transactWrites: number
  readonly indexWrites: number
  readonly reads: number
  readonly indexReads: number
}

export const writeUnits = ({ writes, transactWrites, indexWrites }: TableUsage): number =>
  writes + transactWrites + indexWrites

export const readUnits = ({ reads, indexReads }: TableUsage): number => reads + indexReads

export const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
