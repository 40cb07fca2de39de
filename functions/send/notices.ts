import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { identifierOf, keyOf } from '../../shared/http/stream.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import { type Millis, millis, minutes, type Sleep } from '../../shared/kernel/time.ts'
import { atOnce } from '../../shared/notify/at-once.ts'
import type { Candidate, Trigger } from '../../shared/notify/candidate.ts'
import { conclude } from '../../shared/notify/conclude.ts'
import type { NotifyDeps } from '../../shared/notify/deps.ts'
import { look } from '../../shared/notify/look.ts'
import type { ItemKey } from '../../shared/store/key.ts'

export interface NoticesDeps extends NotifyDeps {
  readonly sleep: Sleep
}

/** As many as the SDK has connections. */
const AT_ONCE = 50
/** Enough for a call of IM and one of WeChat; what is left of a batch begins in another invocation. */
const TIME_TO_END = 60_000
/** A batch is tried again at once and not for ever: a table that is out of reach for a while must not use that up. */
const PAUSE = minutes(1)
const MARGIN = 5_000

/** One of a batch: a person, or a group's message for several. */
interface Work {
  readonly key: ItemKey
  readonly triggers: Set<Trigger>
  readonly records: DynamoDBRecord[]
}

/** Looks at everybody of the batch, asks IM about all of them together, and tells those who are offline. */
export const noticesApp =
  (deps: NoticesDeps) =>
  async ({ Records }: DynamoDBStreamEvent, remaining: () => Millis): Promise<DynamoDBBatchResponse> => {
    const works = [...worksIn(Records)]
    const candidates = new Map<Work, Candidate>()
    const broken = new Set<Work>()
    const doAll = async (some: readonly Work[], work: (one: Work) => Promise<void>): Promise<void> => {
      const outcomes = await atOnce(AT_ONCE, some, async (one) => {
        if (remaining() < TIME_TO_END) throw new Fault('TABLE_UNAVAILABLE', { because: 'no-time' })
        await work(one)
      })
      for (const [place, outcome] of outcomes.entries()) {
        const one = some[place]
        if (outcome.status === 'fulfilled' || one === undefined) continue
        broken.add(one)
        deps.log.error('notice.broken', whyOf(outcome.reason))
      }
    }

    await doAll(works, async (work) => {
      if (isMention(work)) return await deps.store.fanOut(work.key)
      const candidate = await look(work.key.pk, work.triggers, deps)
      if (candidate !== undefined) candidates.set(work, candidate)
    })
    const statuses = await statusesOf([...candidates.values()], deps)
    await doAll([...candidates.keys()], async (work) => {
      const candidate = candidates.get(work)
      if (candidate !== undefined) await conclude(candidate, statuses.get(candidate.identity.userId), deps)
    })

    if (broken.size > 0 && remaining() > TIME_TO_END)
      await deps.sleep(millis(Math.min(PAUSE, Math.max(0, remaining() - MARGIN))))
    return { batchItemFailures: [...broken].flatMap(({ records }) => records.map(identifierOf)) }
  }

/** By person, each once. */
function worksIn(records: readonly DynamoDBRecord[]): Iterable<Work> {
  const works = new Map<string, Work>()
  for (const record of records) {
    const { pk, sk } = keyOf(record)
    const name = pk.startsWith('im#') ? pk : `${pk}/${sk}`
    const work = works.get(name) ?? { key: { pk, sk }, triggers: new Set(), records: [] }
    work.triggers.add(sk.startsWith('presence') || sk.startsWith('read#') ? 'return' : 'message')
    work.records.push(record)
    works.set(name, work)
  }
  return works.values()
}

const isMention = ({ key }: Work): boolean => key.pk.startsWith('group#')

/** When IM cannot be asked, each of them is looked at again later. */
async function statusesOf(candidates: readonly Candidate[], deps: NoticesDeps) {
  const people = [...new Set(candidates.map(({ identity }) => identity.userId))]
  if (people.length === 0) return new Map<UserId, never>()
  try {
    return await deps.onlineStatus(people)
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    return new Map<UserId, never>()
  }
}

const whyOf = (cause: unknown) =>
  cause instanceof Fault
    ? { reason: cause.code, because: String(cause.facts.because ?? '') }
    : { reason: 'BUG', because: cause instanceof Error ? cause.name : typeof cause }
