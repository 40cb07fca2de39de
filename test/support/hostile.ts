import fc from 'fast-check'

/** What either parser reacts to; strung together at random they reach far into both. */
const TOKENS = [
  ...['<xml>', '</xml>', '<a>', '</a>', '<a/>', '<a b="c">', '<__proto__>', '</__proto__>', '<Encrypt>', '</Encrypt>'],
  ...['<![CDATA[', ']]>', '<!--', '-->', '<?', '?>', '<', '>', '/', '<!DOCTYPE x [', '<!ENTITY a "&b;">', ']>'],
  ...['&lt;', '&#x41;', '&#0;', '&a;', '&constructor;', '&', ';', '"', "'", '\\', '\\u0041', '\\ud800', '\\/'],
  ...['{', '}', '[', ']', ':', ',', '"a":', '"Encrypt":', '"__proto__":', '1', '-0', '1e999', '00123', 'null', 'true'],
  ...[' ', '\r\n', '\t', '\u0000', '\ufeff', '\u2028', '你好', '👋🏽', 'MsgType', 'event', 'constructor'],
]

const strung = fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 }).map((tokens) => tokens.join(''))

/** Bodies that are nearly ones: tokens within the root of either format, or without any. */
export const anyBody: fc.Arbitrary<string> = fc.oneof(
  strung,
  strung.map((inner) => `<xml>${inner}</xml>`),
  strung.map((inner) => `{"a":"${inner}"}`),
  fc.json(),
  fc.json().map((value) => `{"a":${value}}`),
  fc.string({ unit: 'binary' }),
)

/** A document with a few places cut out, doubled or filled with tokens. */
export const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 8 }), fc.constantFrom('', ...TOKENS)), { maxLength: 4 })
    .map((changes) => changes.reduce((whole, [at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut), text))

/** What is repeated until a document is full. */
export const UNITS = [
  ...[
    '<',
    '"',
    '\\',
    '&',
    '>',
    '-',
    ' ',
    '\r',
    '<![CDATA[',
    ']]>',
    '<![CDATA[]]>',
    '<!--',
    '<!---->',
    '<?',
    '<?a b="c"?>',
  ],
  ...['<a>', '</a>', '<a/>', '<a b="c">', '<a b="', '<!DOCTYPE a [', '<!ENTITY a "&a;&a;">', '&lt;', '&a;', '&#65;'],
  ...['[', '{"a":', '{"a":1},', '"a":1,', '9', '\\u0041', '你'],
]

/** Where it is repeated. */
export const FRAMES: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'by itself': ['', ''],
  'in the root': ['<xml>', '</xml>'],
  'in a root never closed': ['<xml>', ''],
  'in CDATA': ['<xml><a><![CDATA[', ']]></a></xml>'],
  'in a tag': ['<xml ', '></xml>'],
  'in an attribute': ['<xml a="', '"></xml>'],
  'in a name': ['<xml><', '></xml>'],
  'in a document type': ['<!DOCTYPE xml [', ']><xml></xml>'],
  'in JSON text': ['{"a":"', '"}'],
  'in a JSON value': ['{"a":', '}'],
  'in a JSON list': ['{"a":[', '1]}'],
}

export function filled([before, after]: readonly [string, string], unit: string, bytes: number): string {
  const room = bytes - before.length - after.length
  return before + unit.repeat(Math.floor(room / Buffer.byteLength(unit))) + after
}
