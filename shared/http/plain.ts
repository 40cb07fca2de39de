/** HTTP without a host's types: what the apps speak. */
export interface PlainRequest {
  readonly method: string
  readonly path: string
  /** As sent, without the question mark. */
  readonly query: string
  readonly body: Uint8Array
  /** Of the caller, as the gateway sees it. */
  readonly ip?: string
}

export interface PlainResponse {
  readonly status: number
  readonly contentType?: string
  /** Others, their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export type App = (request: PlainRequest) => Promise<PlainResponse>
