import type { Clock } from '../../shared/kernel/time.ts'
import type { StreamRecord } from './dynamo-stream.ts'
import type { DiscardCondition } from './event-source-discard.ts'
import type { EventSourceSettings } from './event-source-settings.ts'
import { firstFailed } from './item-failures.ts'

/** What a batch has been through: its halves inherit it. */
interface Past {
  readonly retries: number
  readonly failures: number
  readonly invokeCount: number
  readonly threw: boolean
}

export interface LaneOptions {
  readonly settings: EventSourceSettings
  invoke(records: readonly StreamRecord[]): Promise<unknown>
  readonly clock: Clock
  /** The pause after the n-th failure of a batch. */
  backoffMs(failures: number): number
  /** Ends early, without a word, when the lane is closed. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  discard(
    records: readonly [StreamRecord, ...StreamRecord[]],
    condition: DiscardCondition,
    past: Pick<Past, 'invokeCount' | 'threw'>,
  ): void
}

/** Lambda's synchronous payload. */
const MOST_BYTES = 6 * 1024 * 1024

interface Weighed {
  readonly record: StreamRecord
  readonly bytes: number
}

/** The records of some partition keys, in order, one invocation at a time. */
export class Lane {
  readonly #options: LaneOptions
  readonly #buffer: Weighed[] = []
  /** Of all that is in the buffer. */
  #bytes = 0
  readonly #closing = new AbortController()
  /** Ends the wait for more records. */
  #over = new AbortController()
  /** Makes the wait look at the clock again. */
  #moved = new AbortController()
  /** When the window that is open ends, by the clock. */
  #endsAtMs: number | undefined
  /** Nothing is held back until all is done. */
  #isHurried = false
  /** Something came since {@link catchUp}. */
  #isFresh = false
  /** The batch that waits or is on its way. */
  #batch: Promise<void> | undefined
  #running: Promise<void> | undefined

  constructor(options: LaneOptions) {
    this.#options = options
  }

  offer(record: StreamRecord): void {
    if (this.#closing.signal.aborted) return
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1
    this.#buffer.push({ record, bytes })
    this.#bytes += bytes
    this.#isFresh = true
    if (this.#isFull()) this.#over.abort()
    this.#running ??= this.#run()
  }

  /** `undefined` while there is nothing to do. */
  get running(): Promise<void> | undefined {
    return this.#running
  }

  /** The clock was moved. Resolves once the batch whose window that ended is done; a batch under way is not waited for. */
  async catchUp(): Promise<void> {
    this.#isFresh = false
    this.#moved.abort()
    // What came while a batch was on its way has no window yet: that would begin only now.
    if (this.#endsAtMs === undefined && this.#buffer.length > 0) this.hurry()
    if (this.#endsAtMs !== undefined && this.#options.clock() >= this.#endsAtMs) await this.#batch
  }

  /** What came since {@link catchUp} is not held back. */
  release(): void {
    if (this.#isFresh) this.hurry()
  }

  /** Ends the window, and those that would open until there is nothing to do. */
  hurry(): void {
    if (this.#running === undefined) return
    this.#isHurried = true
    this.#over.abort()
  }

  /** What is under way ends by itself; nothing more is begun. */
  close(): void {
    this.#buffer.length = 0
    this.#bytes = 0
    this.#closing.abort()
  }

  async #run(): Promise<void> {
    while (this.#buffer.length > 0) {
      this.#batch = this.#next()
      await this.#batch
    }
    // Here and not when the promise settles: what is offered in between would stay behind.
    this.#isHurried = false
    this.#running = undefined
  }

  async #next(): Promise<void> {
    // At least one turn, so that what comes at once goes at once.
    await Promise.resolve()
    this.#over = new AbortController()
    const isHeldBack = this.#options.settings.batchWindowMs > 0 && !this.#isHurried && !this.#isFull()
    if (isHeldBack) await this.#window()
    await this.#deliver(this.#take(), { retries: 0, failures: 0, invokeCount: 0, threw: false })
  }

  /** Until the batch is full, its time is over, slept through or passed over by the clock, or somebody ends it. */
  async #window(): Promise<void> {
    const { sleep, settings, clock } = this.#options
    const endsAtMs = clock() + settings.batchWindowMs
    this.#endsAtMs = endsAtMs
    const isOver = (): boolean => this.#closing.signal.aborted || this.#over.signal.aborted
    for (let leftMs = settings.batchWindowMs; leftMs > 0 && !isOver(); leftMs = endsAtMs - clock()) {
      this.#moved = new AbortController()
      await sleep(leftMs, AbortSignal.any([this.#closing.signal, this.#over.signal, this.#moved.signal]))
      if (!this.#moved.signal.aborted) break
    }
    this.#endsAtMs = undefined
  }

  #isFull(): boolean {
    const isHeavy = this.#buffer.length > 1 && this.#bytes > MOST_BYTES
    return isHeavy || this.#buffer.length >= this.#options.settings.batchSize
  }

  /** As many as fit into one invocation, and at least one. */
  #take(): readonly StreamRecord[] {
    let bytes = 0
    const over = this.#buffer.findIndex((each, index) => {
      bytes += each.bytes
      return index > 0 && bytes > MOST_BYTES
    })
    const fitting = over < 0 ? this.#buffer.length : over
    const taken = this.#buffer.splice(0, Math.min(this.#options.settings.batchSize, fitting))
    this.#bytes -= taken.reduce((sum, each) => sum + each.bytes, 0)
    return taken.map(({ record }) => record)
  }

  async #deliver(batch: readonly StreamRecord[], past: Past): Promise<void> {
    if (this.#closing.signal.aborted) return
    const records = this.#dropAged(batch, past)
    if (records.length === 0) return
    const { from, threw } = await this.#attempt(records)
    if (from === undefined || this.#closing.signal.aborted) return
    const failed = { ...past, failures: past.failures + 1, invokeCount: past.invokeCount + 1, threw }
    await this.#again(records.slice(from), from, failed)
  }

  /** The index from which on the function failed; `undefined` when it did not. */
  async #attempt(records: readonly StreamRecord[]): Promise<{ readonly from: number | undefined; threw: boolean }> {
    try {
      const answer = await this.#options.invoke(records)
      const { reportsBatchItemFailures } = this.#options.settings
      return { from: reportsBatchItemFailures ? firstFailed(answer, records) : undefined, threw: false }
    } catch {
      return { from: 0, threw: true }
    }
  }

  /** What failed is split where it can be, which costs no attempt, and otherwise tried again or given up. */
  async #again(records: readonly StreamRecord[], from: number, past: Past): Promise<void> {
    const { bisectBatchOnFunctionError, maximumRetryAttempts } = this.#options.settings
    // A batch that names its failure is split there: what lies before is done.
    const splits = bisectBatchOnFunctionError && (from > 0 || records.length > 1)
    if (!splits && maximumRetryAttempts >= 0 && past.retries >= maximumRetryAttempts) {
      return this.#discard(records, 'RetryAttemptsExhausted', past)
    }
    await this.#options.sleep(this.#options.backoffMs(past.failures), this.#closing.signal)
    if (!splits) return this.#deliver(records, { ...past, retries: past.retries + 1 })
    if (from > 0) return this.#deliver(records, past)
    const middle = Math.ceil(records.length / 2)
    await this.#deliver(records.slice(0, middle), past)
    await this.#deliver(records.slice(middle), past)
  }

  /** Records come in order, so that those which are too old come first. */
  #dropAged(records: readonly StreamRecord[], past: Past): readonly StreamRecord[] {
    const { settings, clock } = this.#options
    const limitSec = settings.maximumRecordAgeInSeconds
    if (limitSec < 0) return records
    const isYoung = ({ dynamodb }: StreamRecord): boolean =>
      clock() / 1000 - dynamodb.ApproximateCreationDateTime <= limitSec
    const young = records.findIndex(isYoung)
    const aged = young < 0 ? records.length : young
    this.#discard(records.slice(0, aged), 'RecordAgeExceeded', past)
    return records.slice(aged)
  }

  #discard(records: readonly StreamRecord[], condition: DiscardCondition, past: Past): void {
    const [first, ...others] = records
    if (first !== undefined) this.#options.discard([first, ...others], condition, past)
  }
}
