import { Fault } from '../kernel/fault.ts'
import type { TemplateId } from '../kernel/ids.ts'
import { fitted, problemOf } from '../wechat/template-field.ts'
import { membersOf, named } from './check-message.ts'
import templates from './templates.json' with { type: 'json' }

type Templates = typeof templates

/** A template of `templates.json`, as the compiler knows it. */
export type KnownTemplateId = keyof Templates
/** Every field of a template, and no other. */
export type DataOf<Id extends KnownTemplateId> = { readonly [Key in keyof Templates[Id]['fields']]: string }

export interface KnownTemplate {
  readonly title: string
  /** `once`, `long-term` or `other`. */
  readonly type: string
  /** By key (`thing1`) what the card calls it. */
  readonly fields: Readonly<Record<string, string>>
  /** The values that a key of type `enum` may have. */
  readonly enums: Readonly<Record<string, readonly string[]>>
}

const TEMPLATES: Readonly<Record<string, KnownTemplate>> = templates

/** How many keys that the template does not have are named. */
const MOST_NAMED = 5

export const templateOf = (id: string): KnownTemplate | undefined =>
  Object.hasOwn(TEMPLATES, id) ? TEMPLATES[id] : undefined

/** @throws {Fault} TEMPLATE_UNKNOWN */
export function neededTemplate(id: string): KnownTemplate {
  const template = templateOf(id)
  if (template === undefined) throw new Fault('TEMPLATE_UNKNOWN', { template: spellable(id) })
  return template
}

/**
 * The one that notices use unless `NOTIFY_TEMPLATE` says otherwise.
 * @throws {Fault} TEMPLATE_UNKNOWN when there is none
 */
export function firstTemplate(): TemplateId {
  const [id] = Object.keys(TEMPLATES)
  if (id === undefined) throw new Fault('TEMPLATE_UNKNOWN', { templates: 0 })
  return id as TemplateId
}

/**
 * What WeChat takes for the template: all its keys and no others, the values cut where a part is better than nothing.
 * @throws {Fault} TEMPLATE_UNKNOWN; TEMPLATE_DATA_INVALID naming every field that is wrong, and no value
 */
export function checkedData(id: string, data: unknown): Readonly<Record<string, string>> {
  const { fields, enums } = neededTemplate(id)
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw dataInvalid(id, named('data', { '': 'an object of texts by key; 须为由各字段文本组成的对象' }))
  const given = membersOf(data)
  const values = Object.keys(fields).map((key) => [key, valueAt(given, key)] as const)
  const problems = [
    ...values.flatMap(([key, value]) => problemsOf(key, value, enums[key])),
    ...problemsOfOthers(Object.keys(given).filter((key) => !Object.hasOwn(fields, key))),
  ]
  if (problems.length > 0) throw dataInvalid(id, problems)
  return Object.fromEntries(values.map(([key, value]) => [key, fitted(key, String(value))]))
}

/** @param problems each with its field */
export const dataInvalid = (id: string, problems: readonly string[]): Fault =>
  new Fault('TEMPLATE_DATA_INVALID', { template: spellable(id), fields: problems.join(', ') })

const valueAt = (given: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(given, key) ? given[key] : undefined

function problemsOf(key: string, value: unknown, values: readonly string[] | undefined): readonly string[] {
  if (value === undefined) return named(key, { '': 'missing; 缺少' })
  if (typeof value !== 'string') return named(key, { '': 'a text in quotes; 须为字符串' })
  const problem = problemOf(key, fitted(key, value), values)
  if (problem === undefined) return []
  const { rule, zh, length } = problem
  return named(key, { '': `${rule}, this has ${length}; ${zh}，当前长度 ${length}` })
}

function problemsOfOthers(keys: readonly string[]): readonly string[] {
  const left = keys.length - MOST_NAMED
  const first = keys
    .slice(0, MOST_NAMED)
    .flatMap((key) => named(spellable(key), { '': 'not a key of the template; 模板没有该字段' }))
  return left > 0 ? [...first, `${left} more 另有 ${left} 个`] : first
}

/** Of what may be anything: a name, or that it is none. */
const spellable = (name: string): string => (/^[\w-]{1,64}$/.test(name) ? name : '?')
