import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { identifierOf, keyOf, pauseBeforeRetry } from '../../shared/http/stream.ts'
import { atOnce } from '../../shared/kernel/at-once.ts'
import { Fault, whyOf } from '../../shared/kernel/fault.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import { type Millis, type Seconds, seconds } from '../../shared/kernel/time.ts'
import type { Candidate, Trigger } from '../../shared/notify/candidate.ts'
import { conclude } from '../../shared/notify/conclude.ts'
import type { NotifyDeps } from '../../shared/notify/deps.ts'
import { look } from '../../shared/notify/look.ts'
import { park } from '../../shared/notify/park.ts'
import { type ItemKey, isMention, isPersonInIm, isReturn } from '../../shared/store/key.ts'

/** Tells hundreds within seconds; more would only wait for the processor of a small function. */
const AT_ONCE = 10
/** Enough for a call of IM and one of WeChat; what is left of a batch begins in another invocation. */
const TIME_TO_END = 60_000

/** One of a batch: a person, or a group's message for several. */
interface Work {
  readonly key: ItemKey
  readonly triggers: Set<Trigger>
  readonly records: DynamoDBRecord[]
}

/** What is handed back: there was no time left, or the table was out of reach. */
type Left = 'unbegun' | 'broken'

/** Looks at everybody of the batch, asks IM about all of them together, and tells those who are offline. */
export const noticesApp =
  (deps: NotifyDeps) =>
  async ({ Records }: DynamoDBStreamEvent, remaining: () => Millis): Promise<DynamoDBBatchResponse> => {
    const works = [...worksIn(Records)]
    const candidates = new Map<Work, Candidate>()
    const left = new Map<Work, Left>()
    const doAll = async (some: readonly Work[], act: (work: Work) => Promise<void>): Promise<void> => {
      await atOnce(AT_ONCE, some, async (work) => {
        const outcome = remaining() < TIME_TO_END ? 'unbegun' : await attempt(work, act, deps)
        if (outcome !== 'done') left.set(work, outcome)
      })
    }

    await doAll(works, async (work) => {
      if (isMention(work.key)) return await deps.store.fanOut(work.key)
      const candidate = await look(work.key.pk, work.triggers, deps, earliestOf(work))
      if (candidate !== undefined) candidates.set(work, candidate)
    })
    const statuses = await statusesOf([...candidates.values()], deps)
    await doAll([...candidates.keys()], async (work) => {
      const candidate = candidates.get(work)
      if (candidate !== undefined) await conclude(candidate, statuses.get(candidate.identity.userId), deps)
    })

    if ([...left.values()].includes('broken')) await deps.sleep(pauseBeforeRetry(remaining()))
    return { batchItemFailures: [...left.keys()].flatMap(({ records }) => records.map(identifierOf)) }
  }

/** By person, each once. */
function worksIn(records: readonly DynamoDBRecord[]): Iterable<Work> {
  const works = new Map<string, Work>()
  for (const record of records) {
    const key = keyOf(record)
    const name = isPersonInIm(key) ? key.pk : `${key.pk}/${key.sk}`
    const work = works.get(name) ?? { key, triggers: new Set(), records: [] }
    work.triggers.add(isReturn(key) ? 'return' : 'message')
    work.records.push(record)
    works.set(name, work)
  }
  return works.values()
}

/** IM's time of the oldest message among them. */
function earliestOf({ records }: Work): Seconds | undefined {
  const times = records.flatMap(({ dynamodb }) => dynamodb?.NewImage?.sentAtSec?.N ?? []).map(Number)
  return times.length === 0 ? undefined : seconds(times.reduce((least, at) => Math.min(least, at)))
}

/** One that throws what is no fault of the table's must hold up nobody else: it is set aside until somebody mends it. */
async function attempt(work: Work, act: (work: Work) => Promise<void>, deps: NotifyDeps): Promise<'done' | 'broken'> {
  try {
    await act(work)
    return 'done'
  } catch (cause) {
    deps.log.error('notice.broken', whyOf(cause))
    if (cause instanceof Fault || isMention(work.key)) return 'broken'
    return (await park(work.key.pk, deps)) ? 'done' : 'broken'
  }
}

/** When IM cannot be asked, each of them is looked at again later. */
async function statusesOf(candidates: readonly Candidate[], deps: NotifyDeps) {
  const people = [...new Set(candidates.map(({ identity }) => identity.userId))]
  if (people.length === 0) return new Map<UserId, never>()
  try {
    return await deps.onlineStatus(people)
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    return new Map<UserId, never>()
  }
}
