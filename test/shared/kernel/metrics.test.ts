import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Facts, METRICS, metricMembers } from '../../../shared/kernel/metrics.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { refusal } from '../../../shared/wechat/errcode.ts'

const NAMESPACE = 'weapp-push-test'
const AT = millis(1_760_000_000_000)

interface Document {
  readonly [member: string]: unknown
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: ReadonlyArray<{
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: ReadonlyArray<{ readonly Name: string; readonly Unit: string }>
    }>
  }
}

/** The line as CloudWatch reads it. */
const lineOf = (event: string, facts: Facts): Document =>
  JSON.parse(JSON.stringify({ event, ...facts, ...metricMembers(event, facts, NAMESPACE, AT) }))

/** `name{dimension=value}=value`, each as CloudWatch would take it. */
function countedIn(event: string, facts: Facts): readonly string[] {
  const line = lineOf(event, facts)
  return (line._aws?.CloudWatchMetrics ?? []).flatMap(({ Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((set) => `${Name}{${set.map((name) => `${name}=${line[name]}`).join(',')}}=${line[Name]}`),
    ),
  )
}

/** What each event counts as, with the facts that its writer gives. */
const COUNTED: ReadonlyArray<readonly [event: string, facts: Facts, counted: readonly string[]]> = [
  [
    'push.accepted',
    { outcome: 'seen', kind: 'text', lagMs: 1200, tookMs: 35 },
    ['AcceptedPushes{outcome=seen}=1', 'AnswerTime{}=35', 'PushLag{}=1200'],
  ],
  ['push.refused', { reason: 'SIGNATURE_MISMATCH' }, ['RefusedPushes{reason=SIGNATURE_MISMATCH}=1']],
  [
    'push.refused',
    { reason: 'BODY_UNREADABLE', inside: 'envelope' },
    ['RefusedPushes{reason=BODY_UNREADABLE}=1', 'UnreadablePushes{inside=envelope}=1'],
  ],
  ['push.failed', { reason: 'TABLE_UNAVAILABLE' }, ['FailedPushes{}=1']],
  [
    'process.done',
    { kind: 'text', outcome: 'sent', attempts: 1, tookMs: 80 },
    ['DoneWork{outcome=sent}=1', 'WorkTime{}=80'],
  ],
  [
    'process.waiting',
    { kind: 'text', reason: 'WECHAT_REFUSED', errcode: -1, attempts: 1, inMs: 5000 },
    ['RetriedWork{reason=WECHAT_REFUSED}=1'],
  ],
  ['process.failed', { kind: 'text', reason: 'HANDLER_FAILED', attempts: 9 }, ['FailedWork{}=1']],
  ['process.behind', { kind: 'text' }, []],
  ['process.broken', { reason: 'TABLE_UNAVAILABLE' }, ['BrokenWork{}=1']],
  ['wechat.refused', { call: 'POST /x', errcode: 45047, meaning: 'x' }, ['RefusedCalls{meaning=x}=1']],
  ['wechat.unreachable', { call: 'POST /x', because: 'TimeoutError' }, ['UnreachableCalls{}=1']],
  ['token.refreshed', { tookMs: 200 }, ['TokenRefreshes{}=1']],
  ['token.failed', { reason: 'WECHAT_REFUSED', errcode: 40164 }, ['TokenFailures{}=1']],
  ['tick.done', { readied: 2, waiting: 3, planned: 9, oldestMs: 61_000 }, ['WaitingWork{}=3', 'OldestWork{}=61000']],
  ['tick.done', { readied: 0, waiting: 0, oldestMs: 0 }, ['WaitingWork{}=0', 'OldestWork{}=0']],
  [
    'im.accepted',
    { outcome: 'nothing', kind: 'unknown', tookMs: 12 },
    ['AcceptedCallbacks{outcome=nothing}=1', 'CallbackTime{}=12'],
  ],
  ['im.refused', { reason: 'CALLBACK_FORGED' }, ['RefusedCallbacks{reason=CALLBACK_FORGED}=1']],
  ['im.failed', { reason: 'TABLE_UNAVAILABLE' }, ['FailedCallbacks{}=1']],
  [
    'notice.sent',
    { outcome: 'sent', messages: 50, senders: 3, waitedMs: 11_000 },
    ['SentNotices{outcome=sent}=1', 'NoticeDelay{}=11000'],
  ],
  ['notice.ended', { outcome: 'no-permit' }, ['EndedNotices{outcome=no-permit}=1']],
  ['notice.waiting', { reason: 'quiet-hours', inMs: 3_600_000 }, ['WaitingNotices{reason=quiet-hours}=1']],
  ['notice.retried', { reason: 'system-busy', errcode: -1 }, ['RetriedNotices{reason=system-busy}=1']],
  ['notice.failed', { reason: 'template-unknown', errcode: 40037 }, ['FailedNotices{}=1']],
  ['notice.broken', { reason: 'TABLE_UNAVAILABLE', because: 'contention' }, ['BrokenNotices{}=1']],
  ['send.done', { outcome: 'sent' }, ['DoneSends{outcome=sent}=1']],
  ['send.refused', { reason: 'REQUEST_INVALID' }, ['RefusedSends{reason=REQUEST_INVALID}=1']],
  ['login.done', { outcome: 'known' }, ['Logins{outcome=known}=1']],
  ['login.refused', { reason: 'LOGIN_TOO_OFTEN' }, ['RefusedLogins{reason=LOGIN_TOO_OFTEN}=1']],
  ['login.failed', { reason: 'WECHAT_UNREACHABLE' }, ['FailedLogins{}=1']],
  ['im-api.refused', { call: 'POST /x', errcode: 60_002, meaning: 'busy' }, ['RefusedImCalls{meaning=busy}=1']],
  [
    'im-api.refused',
    { call: 'POST /x', errcode: 60_021, meaning: 'address', hint: 'Allow it.' },
    ['RefusedImCalls{meaning=address}=1', 'MisconfiguredImCalls{}=1'],
  ],
  ['im-api.unreachable', { call: 'POST /x', because: 'timeout', afterMs: 3000 }, ['UnreachableImCalls{}=1']],
]

describe('metricMembers', () => {
  it.each(COUNTED)('counts %s %j', (event, facts, counted) => {
    expect(countedIn(event, facts)).toEqual(counted)
  })

  it('is seen above with every event that has a row', () => {
    const seen = COUNTED.map(([event]) => event)
    expect(Object.keys(METRICS).filter((event) => !seen.includes(event))).toEqual([])
  })

  it('is nothing for an event that counts as none, whatever its name', () => {
    for (const event of ['push.verified', '', 'toString', '__proto__']) {
      expect(metricMembers(event, { outcome: 'new' }, NAMESPACE, AT)).toBeUndefined()
    }
  })

  it('leaves out a series whose fact is missing or empty', () => {
    expect(countedIn('push.accepted', { outcome: '', lagMs: 7 })).toEqual(['PushLag{}=7'])
    expect(metricMembers('wechat.refused', { call: 'POST /x' }, NAMESPACE, AT)).toBeUndefined()
  })

  it('leaves out a value that is negative or no number', () => {
    expect(countedIn('push.accepted', { lagMs: -1, tookMs: 0 })).toEqual(['AnswerTime{}=0'])
    expect(countedIn('tick.done', { waiting: Number.NaN, oldestMs: Number.POSITIVE_INFINITY })).toEqual([])
    expect(countedIn('tick.done', { waiting: '3', oldestMs: undefined })).toEqual([])
  })

  it('makes one series of all errcodes that nobody knows, and the line tells which it was', () => {
    const refused = (errcode: number) => refusal('POST /x', errcode, '').facts
    const counted = Array.from({ length: 50 }, (_, n) => countedIn('wechat.refused', refused(100_000 + n)))
    expect(new Set(counted.flat())).toEqual(new Set(['RefusedCalls{meaning=unknown}=1']))
    expect(lineOf('wechat.refused', refused(100_000))).toMatchObject({ errcode: 100_000 })
  })

  it('counts a refusal that somebody has to mend only when the line says how', () => {
    const line = { call: 'POST /x', errcode: 60_021, meaning: 'address' }
    expect(countedIn('im-api.refused', { ...line, hint: '' })).toEqual(['RefusedImCalls{meaning=address}=1'])
    expect(countedIn('im-api.refused', { ...line, hint: 'Allow it.' })).toHaveLength(2)
  })

  it('writes a dimension as text, as CloudWatch wants it', () => {
    expect(lineOf('push.refused', { reason: 7 }).reason).toBe('7')
  })

  it('holds to the Embedded Metric Format whatever the facts', () => {
    const fact = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(undefined))
    const names = Object.values(METRICS).flatMap((rows) =>
      rows.flatMap(({ value, given, by = [] }) => [value ?? '', given ?? '', ...by]),
    )
    const facts = fc.dictionary(fc.constantFrom(...names), fact)
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(METRICS)), facts, (event, given) => {
        const line = lineOf(event, given)
        if (line._aws === undefined) return
        expect(line._aws.Timestamp).toBe(AT)
        for (const { Namespace, Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
          expect(Namespace).toBe(NAMESPACE)
          for (const name of Dimensions.flat()) expect(line[name]).toMatch(/./s)
          for (const { Name } of Metrics) expect(Number.isFinite(line[Name]) && Number(line[Name]) >= 0).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('METRICS', () => {
  const rows = Object.values(METRICS).flat()

  it('gives every metric a name of its own', () => {
    const names = rows.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('tells series apart by facts of few values, never by a person or a key', () => {
    const dimensions = new Set(rows.flatMap(({ by = [] }) => by))
    expect([...dimensions].toSorted()).toEqual(['inside', 'meaning', 'outcome', 'reason'])
  })
})
