import type { TemplateId } from '../kernel/ids.ts'
import type { SubscribeMessage } from '../wechat/outgoing.ts'
import { prefixOf } from '../wechat/template-field.ts'
import { named } from './check-message.ts'
import { dayIn, momentIn, type NoticeFacts, nameIn, previewIn, sendersIn } from './notice-facts.ts'
import {
  checkedData,
  type DataOf,
  dataInvalid,
  type KnownTemplate,
  type KnownTemplateId,
  neededTemplate,
} from './templates.ts'

interface Notice<Data> {
  readonly data: Data
  /** Path in the mini program; without it the card cannot be tapped. */
  readonly page?: string
}

/** How a notice fills a template, by its id. */
export type NoticeTable = { readonly [Id in KnownTemplateId]?: (facts: NoticeFacts) => Notice<DataOf<Id>> }

/** A function may return more than its type says; this names what the template does not have. */
type Exact<Table> = {
  readonly [Id in keyof Table]: Table[Id] extends (facts: NoticeFacts) => Notice<infer Data>
    ? (facts: NoticeFacts) => Notice<{ readonly [Key in keyof Data]: Key extends FieldOf<Id> ? string : never }>
    : Table[Id]
}
type FieldOf<Id> = Id extends KnownTemplateId ? keyof DataOf<Id> : never

/** Lets through what fits `templates.json`; anything else does not compile. */
export const notices = <const Table extends NoticeTable>(table: Table & Exact<Table>): NoticeTable => table

/**
 * A notice as the template's own function writes it, or by the types of its fields where it has none; then checked.
 * @throws {Fault} TEMPLATE_UNKNOWN, TEMPLATE_DATA_INVALID
 */
export const noticesBy =
  (table: NoticeTable) =>
  (id: TemplateId, facts: NoticeFacts): SubscribeMessage => {
    const template = neededTemplate(id)
    const written = ownFunction(table, id)?.(facts) ?? byTypes(id, template, facts)
    const { data, page } = written
    return { templateId: id, data: checkedData(id, data), ...(page === undefined ? {} : { page }) }
  }

type Writer = (facts: NoticeFacts) => Notice<Readonly<Record<string, string>>>

function ownFunction(table: Readonly<Record<string, Writer | undefined>>, id: string): Writer | undefined {
  return Object.hasOwn(table, id) ? table[id] : undefined
}

/** What can be said of any notice, by what a key begins with; the first thing is who, the second what, if there are two. */
const WORDS: Readonly<Record<string, (facts: NoticeFacts) => string>> = {
  number: ({ count }) => String(count),
  time: momentIn,
  date: dayIn,
  name: nameIn,
  phrase: () => '新消息',
}
const THINGS = [sendersIn, previewIn, () => '请打开小程序查看'] as const

function byTypes(id: string, { fields }: KnownTemplate, facts: NoticeFacts): Notice<Readonly<Record<string, string>>> {
  const keys = Object.keys(fields)
  const things = keys.filter((key) => prefixOf(key) === 'thing')
  const wordsAt = (key: string): string | undefined => {
    const place = things.length === 1 ? 1 : Math.min(things.indexOf(key), THINGS.length - 1)
    return (prefixOf(key) === 'thing' ? THINGS[place] : WORDS[prefixOf(key)])?.(facts)
  }
  const filled = keys.map((key) => [key, wordsAt(key)] as const)
  const empty = filled.flatMap(([key, words]) => (words === undefined ? [key] : []))
  if (empty.length > 0) {
    const problem = 'a notice needs words for it in shared/reply/notice.ts; 请在 shared/reply/notice.ts 中填写'
    throw dataInvalid(
      id,
      empty.flatMap((key) => named(key, { '': problem })),
    )
  }
  return { data: Object.fromEntries(filled.map(([key, words = '']) => [key, words])), page: 'pages/index/index' }
}
