import { isMembers, type Members } from './call.ts'
import type { Rule } from './library.ts'
import { refuse } from './refusal.ts'
import { keysOf, type Template } from './template.ts'

const DATE =
  /(?:\d{4}年(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日|\d{4}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01]))/
const CLOCK = /(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?/
const TIME = new RegExp(`^(?:${DATE.source} ?)?${CLOCK.source}$`)
const DAY = new RegExp(`^${DATE.source}(?: ?${CLOCK.source})?$`)

const HAN = /\p{Script=Han}/u

/** Code points: WeChat does not say how it counts. */
const lengthOf = (value: string): number => [...value].length

/** One moment, or two joined by a half-width `~`. */
const isSpan = (value: string, moment: RegExp): boolean => {
  const ends = value.split('~')
  return ends.length <= 2 && ends.every((end) => moment.test(end.trim()))
}

const digitsIn = (value: string): number => value.replace(/\D/g, '').length

/**
 * What a value of a rule must look like.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
const RULES: Readonly<Record<Exclude<Rule, 'enum'>, (value: string) => boolean>> = {
  thing: (value) => lengthOf(value) <= 20,
  number: (value) => /^\d+(?:\.\d+)?$/.test(value) && digitsIn(value) <= 32,
  letter: (value) => /^[A-Za-z]{1,32}$/.test(value),
  symbol: (value) => /^[\p{P}\p{S}]{1,5}$/u.test(value),
  character_string: (value) => /^[ -~]{1,32}$/.test(value),
  time: (value) => isSpan(value, TIME),
  date: (value) => isSpan(value, DAY),
  amount: (value) => /^\p{Sc}?\d+(?:\.\d+)?元?$/u.test(value) && digitsIn(value) <= 10,
  phone_number: (value) => /^[\d\p{P}\p{S} ]{1,17}$/u.test(value),
  car_number: (value) => /^[\p{Script=Han}A-Za-z\d](?:[A-Za-z\d]{0,6}[\p{Script=Han}A-Za-z\d])?$/u.test(value),
  name: (value) => /^[\p{L}\p{P}\p{S} ]+$/u.test(value) && lengthOf(value) <= (HAN.test(value) ? 10 : 20),
  phrase: (value) => /^\p{Script=Han}{1,5}$/u.test(value),
}

/**
 * The values of a template's keys, all of them and no others.
 * @throws {Refusal} 47003 naming the first key that is wrong
 */
export function templateValues(template: Template, data: unknown): Readonly<Record<string, string>> {
  if (!isMembers(data)) refuse(47003, 'argument invalid! data invalid')
  const keys = keysOf(template)
  const values = keys.map((key) => [key, valueAt(template, key, data)] as const)
  const extra = Object.keys(data).find((key) => !keys.includes(key))
  if (extra !== undefined) refuse(47003, `argument invalid! data.${extra} invalid`)
  return Object.fromEntries(values)
}

function valueAt(template: Template, key: string, data: Members): string {
  const entry = Object.hasOwn(data, key) ? data[key] : undefined
  const value = isMembers(entry) ? entry.value : undefined
  if (value === undefined || value === null || value === '')
    refuse(47003, `argument invalid! data.${key}.value is empty`)
  if (typeof value !== 'string' || !follows(template, key, value)) {
    refuse(47003, `argument invalid! data.${key}.value invalid`)
  }
  return value.trim() === '' ? refuse(47003, `argument invalid! data.${key}.value is empty`) : value
}

function follows({ keywordEnumValueList = [] }: Template, key: string, value: string): boolean {
  const rule = key.replace(/\d+$/, '')
  if (rule !== 'enum') return isRule(rule) && RULES[rule](value)
  return keywordEnumValueList.some(
    ({ keywordCode, enumValueList }) => keywordCode === key && enumValueList.includes(value),
  )
}

const isRule = (rule: string): rule is keyof typeof RULES => Object.hasOwn(RULES, rule)
