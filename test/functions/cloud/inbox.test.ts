import { describe, expect, it } from 'vitest'
import { millis, minutes, toSeconds } from '../../../shared/kernel/time.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import type { Documents } from '../../../shared/store/documents.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { NOW, OPEN_ID } from '../../support/build.ts'
import { aCloudApp, DOWN, LIMIT, NEVER, openApi, someTime, TIMER, text } from '../../support/cloud-app.ts'

const HELP = String(RULES.keywords[1]?.reply)
const PERSON = `openid#cloud#${OPEN_ID}`

let events = 0
const event = (FromUserName: string, Event: string, members: object) => {
  events += 1
  const common = { ToUserName: 'gh_0a1b2c3d4e5f', FromUserName, CreateTime: NOW - 100 + events, MsgType: 'event' }
  return { ...common, Event, ...members }
}
const consent = () =>
  event(OPEN_ID, 'subscribe_msg_popup_event', {
    List: [{ TemplateId: 'tmpl_A', SubscribeStatusString: 'accept', PopupScene: '0' }],
  })
const cancellation = () => event('oPlatform', 'user_authorization_cancellation', { OpenID: OPEN_ID })

/** Instances of the function, each with a memory of its own, on one database that fails when it is told to. */
function someInstances() {
  const { clock, sleep, pass } = someTime()
  const kept = memoryDocuments()
  const failing: { now: Partial<Documents> } = { now: {} }
  const sent: unknown[] = []
  const wechat = { isBusy: false }
  const send = async ({ touser }: Readonly<Record<string, unknown>>) => {
    if (wechat.isBusy) throw Object.assign(new Error('busy'), { errCode: -1 })
    sent.push(touser)
    return { errCode: 0 }
  }
  const documents = () => ({ ...kept, ...failing.now })
  const anInstance = () => aCloudApp({ ...openApi({ send }), documents, clock, sleep }).app

  /** Fails the first call of this method, before it does anything or after. */
  function failOnce<Name extends 'add' | 'change' | 'of'>(name: Name, when: 'before' | 'after' = 'before'): void {
    const method = kept[name] as (...given: never[]) => Promise<unknown>
    let isFirst = true
    const once = async (...given: never[]) => {
      if (!isFirst) return await method(...given)
      isFirst = false
      if (when === 'after') await method(...given)
      return await DOWN()
    }
    failing.now = { [name]: once }
  }
  /** Later, with the database back. */
  async function later(span: number, app: ReturnType<typeof anInstance>): Promise<void> {
    failing.now = {}
    clock.advance(toSeconds(millis(span)))
    await app(TIMER, LIMIT)
  }
  const permits = async () => (await kept.of(PERSON, 'all')).filter(({ kind }) => kind === 'permit').length
  return { anInstance, failing, failOnce, later, permits, sent, wechat, clock, pass }
}

describe('cloudInbox', () => {
  it('has the timer work off what only memory knows, though the database is back', async () => {
    let isDown = true
    let fails = 1
    const sent: unknown[] = []
    const send = async ({ touser }: Readonly<Record<string, unknown>>) => {
      fails -= 1
      if (fails >= 0) throw Object.assign(new Error('busy'), { errCode: -1 })
      sent.push(touser)
      return { errCode: 0 }
    }
    const kept = memoryDocuments()
    const documents = (): Documents => (isDown ? { ...kept, add: DOWN, change: DOWN, due: DOWN } : kept)
    const { app, time, events } = aCloudApp({ ...openApi({ send }), documents })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    expect([sent, events('process.waiting').length]).toEqual([[], 1])
    isDown = false
    await time.pass(15_000)
    await app(TIMER, LIMIT)
    expect(sent).toEqual([OPEN_ID])
  })

  it('does not send again by the timer what went out when the database had lost its answer', async () => {
    const kept = memoryDocuments()
    const lossy: Documents = {
      ...kept,
      add: async (document) => {
        await kept.add(document)
        return await DOWN()
      },
    }
    const { app, time, sent } = aCloudApp({ documents: () => lossy })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    await time.pass(minutes(7))
    await app(TIMER, LIMIT)
    expect(sent).toEqual([HELP])
  })

  it('does not send again what went out before the database failed', async () => {
    let commits = 0
    const kept = memoryDocuments()
    const failing: Documents = {
      ...kept,
      change: async (ids, change) => {
        commits += 1
        return commits === 2 ? await DOWN() : await kept.change(ids, change)
      },
    }
    const { app, sent, events } = aCloudApp({ documents: () => failing })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    expect([sent, events('cloud.broken')]).toMatchObject([[HELP], [{ outcome: 'unnoted' }]])
  })

  it('fails when it has not accepted the push in time, so that WeChat sends it again', async () => {
    const { app, time, events } = aCloudApp({}, { add: NEVER })
    const answer = app(text(OPEN_ID, '帮助'), LIMIT)
    const failing = expect(answer).rejects.toThrow('TABLE_UNAVAILABLE because=deadline')
    await time.pass(5000)
    await failing
    expect(events('cloud.unfinished')).toMatchObject([{ isAccepted: 0 }])
  })

  it.each([
    ['fails', 'change', 'before'],
    ['loses its answer', 'add', 'after'],
  ] as const)('loses no permit when the database %s', async (_, name, when) => {
    const { anInstance, failOnce, later, permits } = someInstances()
    const app = anInstance()
    failOnce(name, when)
    // A failure is honest too: WeChat sends it again.
    await app(consent(), LIMIT).catch(() => undefined)
    await later(minutes(10), app)
    expect(await permits()).toBe(1)
  })

  it.each([
    ['fails', 'of', 'before'],
    ['loses its answer', 'add', 'after'],
  ] as const)('leaves nothing of whom is erased when the database %s', async (_, name, when) => {
    const { anInstance, failOnce, later, permits, clock } = someInstances()
    const app = anInstance()
    await app(consent(), LIMIT)
    expect(await permits()).toBe(1)
    clock.advance(toSeconds(minutes(1)))
    failOnce(name, when)
    await app(cancellation(), LIMIT).catch(() => undefined)
    for (let hour = 0; hour < 12; hour += 1) await later(minutes(60), app)
    expect(await permits()).toBe(0)
  })

  it('says success to no erasure that only memory would know', async () => {
    const { anInstance, failing } = someInstances()
    failing.now = { add: DOWN, change: DOWN, get: DOWN, of: DOWN, due: DOWN }
    await expect(anInstance()(cancellation(), LIMIT)).rejects.toThrow('TABLE_UNAVAILABLE')
  })

  it('calls nothing done in the database that waits in a memory which may go', async () => {
    const { anInstance, failOnce, later, sent, wechat } = someInstances()
    failOnce('change')
    wechat.isBusy = true
    expect(await anInstance()(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    wechat.isBusy = false
    await later(minutes(20), anInstance())
    expect(sent).toEqual([OPEN_ID])
  })

  it('answers no duplicate that the database has called one', async () => {
    const { anInstance, failOnce, sent } = someInstances()
    const push = text(OPEN_ID, '帮助')
    await anInstance()(push, LIMIT)
    failOnce('change')
    await anInstance()(push, LIMIT)
    expect(sent).toEqual([OPEN_ID])
  })

  it('tells the database later what it could not be told at once', async () => {
    const { anInstance, failing, later, sent } = someInstances()
    const app = anInstance()
    failing.now = { change: DOWN }
    await app(text(OPEN_ID, '帮助'), LIMIT)
    await later(minutes(7), app)
    expect(sent).toEqual([OPEN_ID])
  })

  it.each([
    ['has answered', false],
    ['has still to answer', true],
  ])('does nothing more when it wakes after another instance %s', async (_, isBusy) => {
    const { anInstance, failing, later, sent, wechat, pass } = someInstances()
    let fail = (): void => undefined
    const hanging = new Promise<never>((__, reject) => {
      fail = () => void DOWN().catch(reject)
    })
    failing.now = { add: () => hanging }
    const [frozen, other] = [anInstance(), anInstance()]
    const push = text(OPEN_ID, '帮助')
    const refused = expect(frozen(push, LIMIT)).rejects.toThrow('TABLE_UNAVAILABLE')
    await pass(5000)
    await refused
    failing.now = {}
    wechat.isBusy = isBusy
    expect(await other(push, LIMIT)).toBe('success')
    wechat.isBusy = false
    fail()
    await pass(1000)
    await later(minutes(2), frozen)
    await later(minutes(2), other)
    expect(sent).toEqual([OPEN_ID])
  })
})
