import type { Template } from '../../shared/wechat/api-answers.ts'

/** Beside the rules: what a notice or a request may fill in, and what `wx templates pull` writes. */
export const TEMPLATES_FILE = 'shared/reply/templates.json'

/** The templates by id, in WeChat's order; the same templates give the same text. */
export const templatesText = (templates: readonly Template[]): string =>
  `${JSON.stringify(Object.fromEntries(templates.map((template) => [template.templateId, entryOf(template)])), null, 2)}\n`

const entryOf = ({ title, type, content, enums }: Template) => ({ title, type, fields: fieldsIn(content), enums })

/** Of `发送人:{{thing1.DATA}}` and the lines after it: `thing1`, `发送人`. */
const fieldsIn = (content: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...content.matchAll(/([^\n]*?)[:：]?\s*\{\{(\w+)\.DATA\}\}/g)].map(([, name = '', key = '']) => [
      key,
      name.trim(),
    ]),
  )
