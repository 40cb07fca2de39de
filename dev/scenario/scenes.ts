import { isDeepStrictEqual } from 'node:util'
import type { PushMode } from '../../shared/kernel/push-mode.ts'
import { readPushText } from '../../shared/wechat/receive.ts'
import type { Format } from '../../shared/wechat/wire.ts'
import type { PushRecord } from '../pushes.ts'
import type { Delivery } from '../simulator/delivery.ts'
import type { Try } from '../simulator/sender.ts'
import { expected, type Scene, type World, type Written } from './scenario.ts'

/** The record of what was just written, told apart from all others by its whole content. */
export async function recordOf(world: World, { text }: Written): Promise<PushRecord | undefined> {
  const { fields } = readPushText(text)
  return (await world.pushes()).find((record) => isDeepStrictEqual(record.fields, fields))
}

export const onlyTry = ([one]: readonly Try[]): Try => {
  expected(one !== undefined, 'nothing was sent')
  return one
}

export const verifyScene: Scene = {
  title: ['验证 URL', 'verify the URL'],
  async play(world) {
    const { verdict, body, status, tookMs } = await world.verify()
    expected(verdict.kind === 'delivered', `the check of the URL failed: ${status}`)
    return `GET  ${status}  echo ${body}  ${tookMs} ms`
  },
}

/** A push that must be accepted and answered with `success`. */
export const acceptedScene = (title: Scene['title'], sample: string, mode?: PushMode, format?: Format): Scene => ({
  title,
  async play(world) {
    const written = world.write(sample, format)
    const { verdict, status, body, tookMs } = onlyTry(await world.push(written, mode === undefined ? {} : { mode }))
    expected(verdict.kind === 'delivered', `answered ${status} ${verdict.kind}`)
    const record = await recordOf(world, written)
    expected(record !== undefined, 'answered, but not in the table')
    const sealed = record.sealed ? 'sealed 加密' : 'in clear 明文'
    return `POST ${status}  ${body}  ${record.kind} ${record.format} ${sealed}  ${tookMs} ms`
  },
})

/** A request that must be refused with 401 and leave nothing behind. */
export const refusedScene = (
  title: Scene['title'],
  tamper: (delivery: Delivery) => Delivery,
  mode?: PushMode,
): Scene => ({
  title,
  async play(world) {
    const before = (await world.pushes()).length
    const sending = { tamper, ...(mode === undefined ? {} : { mode }) }
    const { verdict, status, body } = onlyTry(await world.push('text', sending))
    expected(verdict.kind === 'refused' && status === 401, `answered ${status}, not refused`)
    expected(body === '', 'the refusal says why')
    expected((await world.pushes()).length === before, 'refused, but in the table')
    return `POST ${status}  refused 拒绝, nothing accepted 未接收`
  },
})

export const tripleScene = (format: Format): Scene => ({
  title: [`同一推送重复三次 ${format.toUpperCase()}`, `one push, three overlapping deliveries, ${format}`],
  async play(world) {
    const written = world.write('text', format)
    const tries = await world.push(written, { overlapping: true })
    expected(
      tries.every(({ verdict }) => verdict.kind === 'delivered'),
      'a delivery went unanswered',
    )
    expected(new Set(tries.map(({ body }) => body)).size === 1, 'the answers differ')
    const record = await recordOf(world, written)
    expected(record?.deliveries === 3, `${record?.deliveries ?? 0} deliveries of one item`)
    return `POST ${tries.map(({ status }) => status).join(' ')}  ${tries[0]?.body}  accepted once 只接收一次`
  },
})

/** Any letter of the ciphertext changed. */
export const changeEncrypt = (delivery: Delivery): Delivery => ({
  ...delivery,
  body: delivery.body.replace(
    /Encrypt(":"|><!\[CDATA\[)(.)/,
    (_, open, letter) => `Encrypt${open}${letter === 'A' ? 'B' : 'A'}`,
  ),
})

/** One digit of every signature changed. */
export const changeSignatures = (delivery: Delivery): Delivery => ({
  ...delivery,
  query: delivery.query.replace(/signature=(.)/g, (_, digit) => `signature=${digit === '0' ? '1' : '0'}`),
})

export const rewriteQuery =
  (change: (members: URLSearchParams) => void) =>
  (delivery: Delivery): Delivery => {
    const members = new URLSearchParams(delivery.query)
    change(members)
    return { ...delivery, query: members.toString() }
  }
