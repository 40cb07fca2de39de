import { randomBytes } from 'node:crypto'
import { REFUNDED, SHIPPED } from '../samples/subscribe.ts'
import { type Keyword, LIBRARY, type PublicTemplate, type TemplateType } from './library.ts'

/** A template of the account, as gettemplate tells it. */
export interface Template {
  readonly priTmplId: string
  readonly title: string
  /** A line for each keyword, `name:{{key.DATA}}`. */
  readonly content: string
  readonly example: string
  readonly type: TemplateType
  readonly keywordEnumValueList?: ReadonlyArray<{
    readonly keywordCode: string
    readonly enumValueList: readonly string[]
  }>
}

/** Long-term; the others of the account are one-time. */
export const VISITING = 'vT5nQ8yXaW2rKcM0zLhJ7fGdB4uPeSoI1tRkVxNqY9E'
export const MESSAGED = 'mB2cV7xZ9aSdF4gHjK1lQwErT6yUiO8pNbMvCxXz0LA'

const publicTemplate = (tid: string): PublicTemplate | undefined => LIBRARY.find((entry) => entry.tid === tid)

const codeOf = ({ rule, kid }: Keyword): string => `${rule}${kid}`

/** What an account gets that chooses these keywords, in this order. */
export function chosenTemplate(from: PublicTemplate, keywords: readonly Keyword[], priTmplId = anId()): Template {
  const enums = keywords.flatMap((keyword) =>
    keyword.values === undefined ? [] : [{ keywordCode: codeOf(keyword), enumValueList: keyword.values }],
  )
  return {
    priTmplId,
    title: from.title,
    content: keywords.map((keyword) => `${keyword.name}:{{${codeOf(keyword)}.DATA}}\n`).join(''),
    example: keywords.map(({ name, example }) => `${name}:${example}\n`).join(''),
    type: from.type,
    ...(enums.length === 0 ? {} : { keywordEnumValueList: enums }),
  }
}

/** Of a template: what has to be filled in. */
export const keysOf = ({ content }: Template): readonly string[] =>
  [...content.matchAll(/\{\{(\w+)\.DATA\}\}/g)].map(([, key = '']) => key)

/** The lines of the card. */
export const filledIn = ({ content }: Template, values: Readonly<Record<string, string>>): string =>
  content.replace(/\{\{(\w+)\.DATA\}\}/g, (_, key: string) => values[key] ?? '').trimEnd()

/** 43 characters, as WeChat's. */
function anId(): string {
  return randomBytes(32).toString('base64url')
}

/** The account's templates before anything is added. */
export const DEFAULT_TEMPLATES: readonly Template[] = [
  chosen('1006', [1, 2, 3, 4], MESSAGED),
  chosen('1856', [1, 2, 3, 4, 5], SHIPPED),
  chosen('1451', [1, 2, 3, 5], REFUNDED),
  chosen('3021', [1, 2, 3, 4], VISITING),
]

function chosen(tid: string, kids: readonly number[], priTmplId: string): Template {
  const from = publicTemplate(tid)
  const keywords = kids.map((kid) => from?.keywords.find((keyword) => keyword.kid === kid))
  if (from === undefined || !keywords.every((keyword) => keyword !== undefined))
    throw new TypeError(`no template ${tid}`)
  return chosenTemplate(from, keywords, priTmplId)
}
