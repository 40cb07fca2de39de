import type { TemplateId } from '../kernel/ids.ts'
import { asList, isTree, scalarOf, type Wire, type WireTree } from './wire.ts'

/** A subscribe-message template of the account. */
export interface Template {
  readonly templateId: TemplateId
  readonly title: string
  /** Lines such as `订单号:{{thing1.DATA}}`: what `data` has to hold. */
  readonly content: string
  readonly example: string
  /** One permit a message, or until it is withdrawn. */
  readonly type: 'once' | 'long-term' | 'other'
  /** The values that a key of type `enum` may have. */
  readonly enums: Readonly<Record<string, readonly string[]>>
}

export interface CallbackCheck {
  /** What the host of our URL resolves to. */
  readonly dns: readonly { readonly ip: string; readonly operator: string }[]
  /** One ping an address: lost `0%` or `100%`, `23.079ms`. */
  readonly pings: readonly {
    readonly ip: string
    readonly operator: string
    readonly lost: string
    readonly time: string
  }[]
}

/** @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getMessageTemplateList.html */
export const templatesOf = ({ data }: WireTree): readonly Template[] => treesIn(data).map(templateOf)

const TYPES: Readonly<Record<string, Template['type']>> = { 2: 'once', 3: 'long-term' }

const templateOf = (fields: WireTree): Template => ({
  templateId: scalarOf(fields.priTmplId) as TemplateId,
  title: scalarOf(fields.title),
  content: scalarOf(fields.content),
  example: scalarOf(fields.example),
  type: TYPES[scalarOf(fields.type)] ?? 'other',
  enums: Object.fromEntries(
    treesIn(fields.keywordEnumValueList).map(({ keywordCode, enumValueList }) => [
      keyOf(scalarOf(keywordCode)),
      asList(enumValueList).map(scalarOf),
    ]),
  ),
})

/** WeChat names a key as the template does, `enum1.DATA`, or as `data` does, `enum1`. */
const keyOf = (keyword: string): string => keyword.replace(/\.DATA$/, '')

/** @see https://developers.weixin.qq.com/doc/service/Basic_Information/Network_Detection.html */
export const callbackCheckOf = ({ dns, ping }: WireTree): CallbackCheck => ({
  dns: treesIn(dns).map((each) => ({ ip: scalarOf(each.ip), operator: scalarOf(each.real_operator) })),
  pings: treesIn(ping).map((each) => ({
    ip: scalarOf(each.ip),
    operator: scalarOf(each.from_operator),
    lost: scalarOf(each.package_loss),
    time: scalarOf(each.time),
  })),
})

const treesIn = (wire: Wire | undefined): readonly WireTree[] => asList(wire).filter(isTree)
