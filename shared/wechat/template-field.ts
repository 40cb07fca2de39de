/** What is wrong with a value, without the value. */
export interface FieldProblem {
  /** What the field takes. */
  readonly rule: string
  readonly zh: string
  /** Of the value, in UTF-16 units. */
  readonly length: number
}

interface Field {
  readonly rule: string
  readonly zh: string
  /** `values` are those of an `enum`. */
  takes(value: string, values: readonly string[]): boolean
  /** Where a part is better than nothing. */
  shortened?(value: string): string
}

const DAY = /^\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|\/\d{1,2}\/\d{1,2})$/
const CLOCK = /^(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/

const isClock = (text: string): boolean => CLOCK.test(text)

/** A day that the calendar has. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split(/\D/).map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  return DAY.test(text) && date.getUTCMonth() + 1 === month && date.getUTCDate() === day
}

const isMoment = (text: string): boolean => {
  const [day = '', clock = '', ...others] = text.split(' ')
  return others.length === 0 && isDay(day) && isClock(clock)
}

/** One, or two joined by `~`. */
const isSpan = (text: string, isEnd: (end: string) => boolean): boolean => {
  const ends = text.split('~')
  return ends.length <= 2 && ends.every(isEnd)
}

/** Beyond ASCII a name counts as Chinese, except for the mark that we put where it is cut. */
const nameLimit = (value: string): number => (/[^\p{ASCII}…]/u.test(value) ? 10 : 20)

/**
 * By what a key begins with. Where WeChat does not say how it counts, these count in the way that gives less.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
const FIELDS: Readonly<Record<string, Field>> = {
  thing: {
    rule: 'at most 20 characters',
    zh: '最多 20 个字符',
    takes: (value) => value.length <= 20,
    shortened: (value) => shortened(value, 20, '…'),
  },
  number: {
    rule: 'digits, at most 32, with a decimal point or without',
    zh: '最多 32 位数字，可带小数',
    takes: (value) => /^\d+(?:\.\d+)?$/.test(value) && value.length <= 32,
  },
  letter: {
    rule: 'at most 32 letters A to Z',
    zh: '最多 32 个英文字母',
    takes: (value) => /^[A-Za-z]{1,32}$/.test(value),
    shortened: (value) => shortened(value, 32),
  },
  symbol: {
    rule: 'at most 5 symbols',
    zh: '最多 5 个符号',
    takes: (value) => /^[\p{P}\p{S}]+$/u.test(value) && value.length <= 5,
    shortened: (value) => shortened(value, 5),
  },
  character_string: {
    rule: 'at most 32 letters, digits or symbols of ASCII',
    zh: '最多 32 个半角字母、数字或符号',
    takes: (value) => /^[ -~]{1,32}$/.test(value),
    shortened: (value) => shortened(value, 32),
  },
  time: {
    rule: 'a time such as 15:01 or 2019年10月1日 15:01, or two joined by ~',
    zh: '形如 15:01 或 2019年10月1日 15:01，时间段用 ~ 连接',
    takes: (value) => isSpan(value, (end) => isClock(end) || isMoment(end)),
  },
  date: {
    rule: 'a day such as 2019年10月1日, with a time or without, or two joined by ~',
    zh: '形如 2019年10月1日，可带时间，时间段用 ~ 连接',
    takes: (value) => isSpan(value, (end) => isDay(end) || isMoment(end)),
  },
  amount: {
    rule: 'at most 10 digits, a currency symbol before them and 元 behind them or not',
    zh: '最多 10 位数字，可带小数，前可带一个币种符号，后可带“元”',
    takes: (value) => /^\p{Sc}?\d+(?:\.\d+)?元?$/u.test(value) && value.replace(/\D/g, '').length <= 10,
  },
  phone_number: {
    rule: 'at most 17 digits and symbols such as +86-0766-66888866',
    zh: '最多 17 位数字和符号，形如 +86-0766-66888866',
    takes: (value) => /^[+\-()#*,. ]*\d[\d+\-()#*,. ]*$/.test(value) && value.length <= 17,
  },
  car_number: {
    rule: 'at most 8 letters and digits, the first and the last may be Chinese',
    zh: '最多 8 位字母和数字，首位和末位可为汉字',
    takes: (value) =>
      /^[\p{Script=Han}A-Za-z\d](?:[A-Za-z\d]*[\p{Script=Han}A-Za-z\d])?$/u.test(value) && value.length <= 8,
  },
  name: {
    rule: 'no digits; at most 10 characters, or 20 of ASCII alone',
    zh: '不含数字，最多 10 个字；纯字母和符号最多 20 个',
    takes: (value) => /^[\p{L}\p{P}\p{S} ]+$/u.test(value) && value.length <= nameLimit(value),
    shortened: (value) => shortened(value, nameLimit(value), '…'),
  },
  phrase: {
    rule: 'at most 5 Chinese characters',
    zh: '最多 5 个汉字',
    takes: (value) => /^\p{Script=Han}+$/u.test(value) && value.length <= 5,
    shortened: (value) => shortened(value, 5),
  },
  enum: {
    rule: 'one of the values that the template lists',
    zh: '只能取模板列出的值',
    takes: (value, values) => values.includes(value),
  },
}

/** Of a key whose rule WeChat has not told us. */
const ANY_TEXT: Field = { rule: 'some text', zh: '不能为空', takes: () => true }

const fieldOf = (key: string): Field => {
  const prefix = prefixOf(key)
  return (Object.hasOwn(FIELDS, prefix) ? FIELDS[prefix] : undefined) ?? ANY_TEXT
}

/** `thing` of `thing1`. */
export const prefixOf = (key: string): string => key.replace(/\d+$/, '')

/** Why WeChat would refuse a value with 47003; nothing when it would not. `values` are those that an `enum` may have. */
export function problemOf(key: string, value: string, values: readonly string[] = []): FieldProblem | undefined {
  const { rule, zh, takes } = fieldOf(key)
  if (isVisible(value) && value === plain(value) && takes(value, values)) return undefined
  return { rule, zh, length: value.length }
}

/**
 * A value as it may stand in a field: in one line, and where a part is better than nothing not longer than allowed. What it cannot be
 * made, `problemOf` tells.
 */
export function fitted(key: string, value: string): string {
  const line = plain(value)
  return fieldOf(key).shortened?.(line) ?? line
}

// Marks that turn the direction of writing are left out, too: they would turn what stands behind them.
const BREAKS = /[\s\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/** One line of whole characters. */
const plain = (value: string): string =>
  value
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(BREAKS, ' ')
    .trim()

/** WeChat refuses an empty value, and nobody could read one of blanks. */
const isVisible = (value: string): boolean => /[^\p{Cc}\p{Cf}\p{Z}]/u.test(value)

/** At most so many UTF-16 units, the mark among them, cut between letters as people see them. */
export function shortened(value: string, limit: number, mark = ''): string {
  if (value.length <= limit) return value
  const room = limit - mark.length
  // A letter ends where the code point behind it says so: two units beyond are enough to see it.
  const [first = '', ...others] = lettersOf(value.slice(0, room + 2))
  const kept = first.length > room ? within(room, first) : within(room, [first, ...others])
  return `${kept.trimEnd()}${mark}`
}

const lettersOf = (text: string): readonly string[] =>
  Array.from(new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment)

/** As many of them as there is room for; a single letter may have more code points than that. */
function within(room: number, pieces: Iterable<string>): string {
  let kept = ''
  for (const piece of pieces) {
    if (kept.length + piece.length > room) break
    kept += piece
  }
  return kept
}
