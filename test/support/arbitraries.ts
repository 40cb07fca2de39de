import fc from 'fast-check'
import type { Format, Wire, WireDraft, WireTree, WireValue } from '../../shared/wechat/wire.ts'

/** What a naive reader or writer of either format trips over. */
const TRAPS = [
  ']]>',
  '<![CDATA[',
  '\r',
  '\r\n',
  '&amp;',
  '&',
  '<',
  '</xml>',
  '<!DOCTYPE x>',
  '"',
  '\\',
  '\\u0041',
  '{',
  '}',
]
const WHOLE = [
  '',
  ' ',
  '\n ',
  '00123',
  '23637352235060881',
  'true',
  'null',
  '1e5',
  '__proto__',
  '\u0000',
  '\u2028',
  '你好👋🏽',
]

/** Anything a user can type: every code point that UTF-8 knows, and traps more often than chance gives them. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...WHOLE),
  fc
    .array(fc.oneof(fc.constantFrom(...TRAPS), fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 8 })
    .map((pieces) => pieces.join('')),
)

/** Names that are names in both formats, those of `Object.prototype` among them. */
const anyName = fc.oneof(
  fc.constantFrom('ToUserName', 'Content', 'MsgId', 'List', '__proto__', 'constructor', 'toString', 'hasOwnProperty'),
  fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/),
)

const anyNumber = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

const { draft } = fc.letrec<{ value: WireValue; draft: WireDraft }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    anyText,
    anyNumber,
    tie('draft'),
    fc.array(fc.oneof(anyText, anyNumber, tie('draft')), { maxLength: 4 }),
  ),
  draft: fc.dictionary(anyName, tie('value'), { maxKeys: 6 }),
}))

export const anyDraft: fc.Arbitrary<WireDraft> = draft
export const anyFormat: fc.Arbitrary<Format> = fc.constantFrom('json', 'xml')

/** What reading gives of what was written: XML cannot tell a list of one from its entry, nor an empty tree from empty text. */
export function asRead(format: Format, members: WireDraft): WireTree {
  const tree: Record<string, Wire> = Object.create(null)
  for (const [name, value] of Object.entries(members)) {
    const wire = wireOf(format, value)
    if (wire !== undefined) tree[name] = wire
  }
  return tree
}

function wireOf(format: Format, value: WireValue): Wire | undefined {
  if (typeof value !== 'object') return String(value)
  if (!Array.isArray(value)) {
    const tree = asRead(format, value as WireDraft)
    return format === 'xml' && Object.keys(tree).length === 0 ? '' : tree
  }
  const list = value.map((entry) => wireOf(format, entry) ?? '')
  return format === 'json' || list.length > 1 ? list : list[0]
}
