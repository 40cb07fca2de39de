import { urlOf } from '../kernel/url.ts'
import type { CustomerMessage } from '../wechat/outgoing.ts'

/** What is wrong with a value, in English and Chinese; nothing when it can be sent. */
export type Problem = string | undefined

/** `place (what is wrong)`, for every part that has a problem. */
export const named = (place: string, parts: Readonly<Record<string, Problem>>): readonly string[] =>
  Object.entries(parts).flatMap(([part, problem]) =>
    problem === undefined ? [] : [`${part === '' ? place : `${place}.${part}`} (${problem})`],
  )

/** What a value of any type has to be. */
type Check = (value: unknown) => Problem
type Checks<K extends CustomerMessage['kind']> = {
  readonly [M in Exclude<keyof Extract<CustomerMessage, { kind: K }>, 'kind'>]: Check
}

export const problemOfText: Check = (text) => (isText(text) ? undefined : 'empty; 不能为空')

const problemOfUrl: Check = (url) =>
  isText(url) && url.startsWith('https://') && urlOf(url) !== undefined
    ? undefined
    : 'begins with https://; 须以 https:// 开头'

const problemOfPath: Check = (path) =>
  isText(path) && /^[^/\s]\S*$/.test(path)
    ? undefined
    : 'such as pages/index?id=1, no slash in front; 形如 pages/index?id=1，开头不带斜杠'

const INLINE = /^data:image\/(?:png|jpeg|gif);base64,[A-Za-z0-9+/]+={0,2}$/

function problemOfPicture(picture: unknown): Problem {
  const { mediaId, url } = membersOf(picture)
  if (mediaId !== undefined) return problemOfText(mediaId)
  if (isText(url) && INLINE.test(url)) return undefined
  return (
    problemOfUrl(url) && 'begins with https:// or data:image/png;base64,; 须以 https:// 或 data:image/png;base64, 开头'
  )
}

const CHECKS: { readonly [K in CustomerMessage['kind']]: Checks<K> } = {
  text: { content: problemOfText },
  image: { picture: problemOfPicture },
  link: { title: problemOfText, description: problemOfText, url: problemOfUrl, thumbUrl: problemOfUrl },
  miniprogrampage: { title: problemOfText, pagePath: problemOfPath, thumb: problemOfPicture },
}

/** What WeChat would refuse of a message; of anything else, that it is none. */
export function problemsOfMessage(place: string, message: unknown): readonly string[] {
  const members = membersOf(message)
  const checks = Object.entries(CHECKS).find(([kind]) => kind === members.kind)?.[1]
  if (checks === undefined) return named(place, { '': 'not a message; 不是消息' })
  return Object.entries<Check>(checks).flatMap(([member, check]) =>
    // Words stand for their message.
    named(place, { [member === 'content' ? '' : member]: check(members[member]) }),
  )
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

/** Of what is no object: none. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' ? { ...value } : {}
