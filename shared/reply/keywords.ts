import { type KeywordRule, listOf } from './rule.ts'

/** A push may be 256 KiB long; no rule needs to read a novel. */
const LONGEST = 2000

const UNHEARD = new Set(' \t\r\n.。,，!！?？~～…;；、')

/** What remains of a keyword when nobody cares how it was typed: ` ＨＥＬＰ！ ` is `help`. */
export const spoken = (text: string): string =>
  withoutTail(text.slice(0, LONGEST).normalize('NFKC').trim().toLowerCase())

/** Not a regular expression, which would look at a long row of dots once for every dot. A lone `？` stays. */
function withoutTail(text: string): string {
  let end = text.length
  while (end > 1 && UNHEARD.has(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** Finds the first rule that fits a text. */
export function matcherOf(rules: readonly KeywordRule[]): (content: string) => KeywordRule | undefined {
  const compiled = rules.map((rule) => {
    const words = listOf(rule.when)
    const keywords = new Set(words.filter((word) => typeof word === 'string').map(spoken))
    return { rule, keywords, patterns: words.filter((word) => word instanceof RegExp) }
  })
  return (content) => {
    const written = content.slice(0, LONGEST).trim()
    const said = spoken(content)
    const found = compiled.find(
      ({ keywords, patterns }) => keywords.has(said) || patterns.some((pattern) => pattern.test(written)),
    )
    return found?.rule
  }
}
