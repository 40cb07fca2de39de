/** When nobody is to be woken, by the clock on the wall. */
export interface QuietHours {
  /** Minutes after midnight. */
  readonly from: number
  readonly to: number
  /** A time zone of IANA's. */
  readonly zone: string
}
