import { randomBytes, randomInt } from 'node:crypto'
import type { AppId } from '../../shared/kernel/ids.ts'
import { type Clock, systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { KINDS } from '../../shared/wechat/message.ts'
import { type Format, writeWire } from '../../shared/wechat/wire.ts'
import { SAMPLES, type Sample, VARIANTS } from './samples/index.ts'

const DEMO_OPEN_ID = 'oDEMO5AxiaozhangAAAAAAAAAAAA'
const ORIGINAL_ID = 'gh_0a1b2c3d4e5f'

const BY_NAME: Readonly<Record<string, Sample>> = { ...SAMPLES, ...VARIANTS }

export const SAMPLE_NAMES: readonly string[] = [...KINDS, ...Object.keys(VARIANTS)]

/** Ids as WeChat's: 17 digits, more than a JavaScript number holds. */
const anId = (): bigint => 23_000_000_000_000_000n + BigInt(randomInt(2 ** 47))

function sampleOf(name: string): Sample {
  const sample = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
  if (sample === undefined) throw new TypeError(`no sample named ${name}`)
  return sample
}

interface Writing {
  readonly appId: AppId
  readonly format: Format
  readonly openId?: string | undefined
  /** The words of a text, in place of the sample's. */
  readonly say?: string | undefined
  readonly clock?: Clock
}

/** What WeChat pushes for a kind, in its own words. */
export function writeSample(name: string, writing: Writing): string {
  const { appId, format, openId = DEMO_OPEN_ID, say, clock = systemClock } = writing
  const createTime = toSeconds(clock())
  const draft = sampleOf(name).draft({ appId, format, openId, originalId: ORIGINAL_ID, createTime, id: anId() })
  return writeWire(format, say === undefined ? draft : { ...draft, Content: say })
}

/** The same as a cloud function gets it: decoded, to the AppID, and a message's id is text of another form. */
export function writeCloudSample(name: string, writing: Omit<Writing, 'format'>): Readonly<Record<string, unknown>> {
  const members = JSON.parse(writeSample(name, { ...writing, format: 'json' })) as Record<string, unknown>
  const { CreateTime: time, MsgId: id } = members
  const msgId = id === undefined ? {} : { MsgId: `${randomBytes(16).toString('hex')}_${time}` }
  return { ...members, ToUserName: writing.appId, ...msgId }
}

/** What a sample is, in Chinese and English. */
export function describeSample(name: string): string {
  const sample = sampleOf(name)
  return `${sample.zh}  ${sample.en}`
}
