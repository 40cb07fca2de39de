export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** There was no answer, or only a part of one. */
export interface Unanswered {
  readonly kind: 'unanswered'
  readonly because: string
}

/** One request to the endpoint, and what its sender makes of the answer. */
export interface Exchange<Verdict> {
  /** -1 when nobody answered. */
  readonly status: number
  readonly body: string
  readonly tookMs: number
  readonly verdict: Verdict | Unanswered
}

interface ExchangeOptions<Verdict> {
  readonly url: string
  /** Comes after whatever query the URL has. */
  readonly query: string
  readonly request: RequestInit
  readonly withinMs: number
  readonly judge: (answer: HttpAnswer) => Verdict
}

/** Asks once, follows no redirect and never rejects. */
export async function exchange<Verdict>(options: ExchangeOptions<Verdict>): Promise<Exchange<Verdict>> {
  const { url, query, request, withinMs, judge } = options
  const started = performance.now()
  const tookMs = (): number => Math.round(performance.now() - started)
  try {
    const signal = AbortSignal.timeout(withinMs)
    const response = await fetch(appendQuery(url, query), { ...request, signal, redirect: 'manual' })
    const answer = { status: response.status, body: await response.text() }
    return { ...answer, tookMs: tookMs(), verdict: judge(answer) }
  } catch (cause) {
    return { status: -1, body: '', tookMs: tookMs(), verdict: { kind: 'unanswered', because: reasonOf(cause) } }
  }
}

const appendQuery = (url: string, query: string): string => `${url}${url.includes('?') ? '&' : '?'}${query}`

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'TimeoutError') return 'no answer in time'
  return cause.cause instanceof Error && 'code' in cause.cause ? String(cause.cause.code) : cause.message
}
