/** How an event source mapping reads the stream of a table. */
export interface EventSourceSettings {
  readonly tableName: string
  /** The most records of one invocation. */
  readonly batchSize: number
  /** How long a batch that is not full is held back. */
  readonly batchWindowMs: number
  /** How many batches are on their way at once. */
  readonly parallelizationFactor: number
  /** -1 is as often as it takes. */
  readonly maximumRetryAttempts: number
  /** -1 is for ever. */
  readonly maximumRecordAgeInSeconds: number
  readonly bisectBatchOnFunctionError: boolean
  /** `ReportBatchItemFailures`: the function's answer says where it stopped. */
  readonly reportsBatchItemFailures: boolean
  /** Any of them lets a record in; without any, all are let in. */
  readonly filterPatterns: readonly unknown[]
  /** Where discarded batches are reported, as the template names it. */
  readonly onFailure?: string
}
