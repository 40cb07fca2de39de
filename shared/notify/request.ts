import { Fault } from '../kernel/fault.ts'
import type { TemplateId } from '../kernel/ids.ts'
import { checkedData } from '../reply/templates.ts'
import type { SubscribeMessage } from '../wechat/outgoing.ts'

/** A subscribe message that somebody asks for, checked. */
export interface SendRequest {
  readonly to: string
  /** Which of the two `to` is, where it is said. */
  readonly toKind?: 'openid' | 'userId'
  readonly message: SubscribeMessage
  readonly idempotencyKey?: string
}

const MEMBERS = ['to', 'template', 'data', 'page', 'lang', 'state', 'idempotencyKey']
const LANGS = ['zh_CN', 'en_US', 'zh_HK', 'zh_TW'] as const
const STATES = ['developer', 'trial', 'formal'] as const

/**
 * `{ to, template, data, page?, lang?, state?, idempotencyKey? }`; `to` is an openid or the UserID of somebody who has logged in, or says
 * which: `{ openid }`, `{ userId }`.
 * @throws {Fault} REQUEST_INVALID, TEMPLATE_UNKNOWN, TEMPLATE_DATA_INVALID
 */
export function readRequest(given: unknown): SendRequest {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return invalid('it is not an object; 不是对象')
  const said: Readonly<Record<string, unknown>> = { ...given }
  const unknown = Object.keys(said).find((name) => !MEMBERS.includes(name))
  if (unknown !== undefined) return invalid(`a member that is none of ${MEMBERS.join(', ')}; 有未知字段`)
  const templateId = textOf(said, 'template', /^[\w-]{1,64}$/) as TemplateId
  const page = optional(said, 'page', /^[^\s\p{C}]{1,1024}$/u)
  const lang = LANGS.find((each) => each === optional(said, 'lang', oneOf(LANGS)))
  const state = STATES.find((each) => each === optional(said, 'state', oneOf(STATES)))
  const idempotencyKey = optional(said, 'idempotencyKey', /^[ -~]{1,256}$/)
  return {
    ...toOf(said.to),
    message: {
      templateId,
      data: checkedData(templateId, said.data),
      ...(page === undefined ? {} : { page }),
      ...(lang === undefined ? {} : { lang }),
      ...(state === undefined ? {} : { state }),
    },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
}

const ID = /^[ -~]{1,128}$/

/** A text, or a member that says which it is. */
function toOf(to: unknown): Pick<SendRequest, 'to' | 'toKind'> {
  if (typeof to !== 'object' || to === null) return { to: textOf({ to }, 'to', ID) }
  const said: Readonly<Record<string, unknown>> = { ...to }
  const toKind = said.openid === undefined ? 'userId' : 'openid'
  return { to: textOf(said, toKind, ID), toKind }
}

const oneOf = (values: readonly string[]): RegExp => new RegExp(`^(?:${values.join('|')})$`)

const optional = (said: Readonly<Record<string, unknown>>, name: string, form: RegExp): string | undefined =>
  said[name] === undefined || said[name] === null ? undefined : textOf(said, name, form)

function textOf(said: Readonly<Record<string, unknown>>, name: string, form: RegExp): string {
  const value = said[name]
  return typeof value === 'string' && form.test(value)
    ? value
    : invalid(`${name} is missing or malformed; ${name} 缺失或格式不对`)
}

function invalid(problem: string): never {
  throw new Fault('REQUEST_INVALID', { problem })
}
