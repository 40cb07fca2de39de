import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asList, formatOf, isTree, readWire, writeWire } from '../../../shared/wechat/wire.ts'
import { anyDraft, anyFormat, asRead } from '../../support/arbitraries.ts'
import { vectorOf } from '../../support/vectors.ts'

const fieldsOf = (text: string) => readWire(text).fields
const xml = (inner: string) => fieldsOf(`<xml>${inner}</xml>`)

describe('formatOf', () => {
  it('goes by the first character that is not blank, past a byte-order mark', () => {
    expect(formatOf(' \r\n\t{')).toBe('json')
    expect(formatOf('\ufeff<xml>')).toBe('xml')
  })

  it('refuses what begins otherwise', () => {
    for (const text of ['', ' ', 'success', '[{}]', '"{"', 'null', 'xml>', '\u0000{']) {
      expect(() => formatOf(text)).toThrow(/^BODY_UNREADABLE because=format:/)
    }
  })
})

describe('readWire of JSON', () => {
  it('keeps every digit of a number', () => {
    const text = '{"MsgId":23637352235060881,"a":1.50,"b":1E+5,"c":-0,"d":-12.0e-3,"e":123456789012345678901234567890}'
    expect(fieldsOf(text)).toEqual({
      MsgId: '23637352235060881',
      a: '1.50',
      b: '1E+5',
      c: '-0',
      d: '-12.0e-3',
      e: '123456789012345678901234567890',
    })
  })

  it('keeps the digits of the vector that catches JSON.parse', () => {
    expect(fieldsOf(vectorOf('gen-bigint-msgid').plaintext ?? '').MsgId).toBe('9007199254740993')
  })

  it('gives true, false and null as the text that stood there', () => {
    expect(fieldsOf('{"a":true,"b":false,"c":null}')).toEqual({ a: 'true', b: 'false', c: 'null' })
  })

  it('leaves digits, quotes, escapes and brackets inside text alone', () => {
    const content = 'order 23637352235060881: "00123", \\u0041 \\" {1} [2] ,3:4\u2028'
    expect(fieldsOf(JSON.stringify({ Content: content, '1': { '2': content } }))).toEqual({
      Content: content,
      '1': { '2': content },
    })
  })

  it('reads escaped slashes in Encrypt as slashes', () => {
    expect(fieldsOf('{"Encrypt":"a\\/b+c\\u002f="}').Encrypt).toBe('a/b+c/=')
  })

  it('keeps lists as lists, empty ones and lists of one as well', () => {
    expect(fieldsOf('{"a":[],"b":[1],"c":[1,{"d":[2]}]}')).toEqual({ a: [], b: ['1'], c: ['1', { d: ['2'] }] })
  })

  it('takes the last of two members with one name, as every JSON reader does', () => {
    expect(fieldsOf('{"a":1,"a":2}')).toEqual({ a: '2' })
  })

  it('reads control characters that the writer should have escaped, in strings and there alone', () => {
    expect(fieldsOf('{"a":"1\n\t\u0000\\"\u0008",\n"b":2}')).toEqual({ a: '1\n\t\u0000"\u0008', b: '2' })
  })

  it('refuses a string without an end in one pass, 256 KiB of it', { timeout: 10_000 }, () => {
    for (const unit of ['\\"', '"', '\\', '\\\n', '",']) {
      const body = `{"${unit.repeat(262_144 / unit.length)}`
      expect(() => readWire(body)).toThrow(/^BODY_UNREADABLE because=json:/)
    }
  })

  it('refuses null, numbers and the like after a string that is none', () => {
    for (const leaf of ['null', '1', 'true', '[null]']) {
      expect(() => readWire(`{"a":"\\\n","b":${leaf}}`)).toThrow(/^BODY_UNREADABLE because=json:/)
    }
  })

  it('refuses an escaped control character: what it stood for is not known', () => {
    for (const control of ['\n', '\r', '\u0008']) {
      expect(() => readWire(`{"T\\${control}u0041":"x","n":1}`)).toThrow(/^BODY_UNREADABLE because=json:/)
    }
  })

  it('refuses what JSON does not allow', () => {
    for (const text of [
      '{',
      '{"a":1}x',
      "{'a':1}",
      '{"a":01}',
      '{"a":NaN}',
      '{"a":1,}',
      '{a:1}',
      '{"a":\u0008}',
      '{}{}',
    ]) {
      expect(() => readWire(text)).toThrow(/^BODY_UNREADABLE because=json:/)
    }
  })
})

describe('readWire of XML', () => {
  it('keeps ids, leading zeros and blanks', () => {
    const tree = xml('<MsgId>23637352235060881</MsgId><a>00123</a><b> x\n </b><c> </c><d><![CDATA[ \t]]></d>')
    expect(tree).toEqual({ MsgId: '23637352235060881', a: '00123', b: ' x\n ', c: ' ', d: ' \t' })
  })

  it('joins text and CDATA, and passes over comments and processing instructions', () => {
    expect(xml('<a><![CDATA[x]]>y<![CDATA[]]><!-- c --><?p i?><![CDATA[z]]></a>')).toEqual({ a: 'xyz' })
  })

  it('reads ]]> that was split over two sections', () => {
    expect(xml('<a><![CDATA[]]]]><![CDATA[>]]></a>')).toEqual({ a: ']]>' })
  })

  it('decodes the predefined and the numeric entities once, and none inside CDATA', () => {
    expect(xml('<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F44B;</a>')).toEqual({ a: '<>&"\'A👋' })
    expect(xml('<a>&amp;lt;&#38;lt;</a><b><![CDATA[&amp;&foo;]]></b>')).toEqual({ a: '&lt;&lt;', b: '&amp;&foo;' })
  })

  it('refuses every other entity, names of Object.prototype among them', () => {
    for (const name of ['foo', 'nbsp', 'LT', 'constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(() => xml(`<a>&${name};</a>`)).toThrow(/^BODY_UNREADABLE because=entity:/)
    }
  })

  it('refuses numbers that are no character', () => {
    for (const number of ['#0', '#xD800', '#xdfff', '#x110000', '#99999999999999999999', `#${'9'.repeat(5000)}`]) {
      expect(() => xml(`<a>&${number};</a>`)).toThrow(/^BODY_UNREADABLE because=(entity|xml):/)
    }
  })

  it('refuses an ampersand that begins no entity', () => {
    for (const text of ['Tom & Jerry', '&', '&;', '&#;', '&#x;', '&#X41;', '&lt']) {
      expect(() => xml(`<a>${text}</a>`)).toThrow(/^BODY_UNREADABLE because=(entity|xml):/)
    }
  })

  it('makes a list of elements with one name, wherever they stand', () => {
    expect(xml('<a>1</a><b>2</b><a>3</a><a/>')).toEqual({ a: ['1', '3', ''], b: '2' })
  })

  it('keeps text beside elements and drops the layout between them', () => {
    expect(xml('<a>\n  <b>1</b>\n  <c>2</c>\n</a>')).toEqual({ a: { b: '1', c: '2' } })
    expect(xml('<a>x<b>1</b>y</a>')).toEqual({ a: { b: '1', '#text': 'xy' } })
  })

  it('reads an empty element as empty text, and an empty root as no fields', () => {
    expect(xml('<a/><b></b><c><![CDATA[]]></c>')).toEqual({ a: '', b: '', c: '' })
    for (const text of ['<xml/>', '<xml></xml>', '<xml> </xml>']) expect(fieldsOf(text)).toEqual({})
  })

  it('reads past a declaration, a byte-order mark, blanks and attributes', () => {
    expect(fieldsOf('\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<xml a="1">\n<a b="&quot;">1</a></xml>\n')).toEqual({
      a: '1',
    })
  })

  const documentTypes = [
    '<!DOCTYPE xml><xml><a>1</a></xml>',
    '<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><a>1</a></xml>',
    '<!DOCTYPE xml PUBLIC "-//x" "http://127.0.0.1/x.dtd"><xml><a>1</a></xml>',
    '<!DOCTYPE xml [<!ENTITY a "b">]><xml><a>&a;</a></xml>',
    '<!DOCTYPE xml [<!ENTITY % a SYSTEM "http://127.0.0.1/">]><xml><a>1</a></xml>',
    '<?xml version="1.0"?>\n<!-- c --><!DOCTYPE xml><xml><a>1</a></xml>',
    '<xml><!DOCTYPE xml><a>1</a></xml>',
    '<xml><a>x<!DOCTYPE xml>y</a></xml>',
    '<xml><a>1</a></xml><!DOCTYPE xml>',
  ]
  for (const text of documentTypes) {
    it(`refuses a document type: ${text}`, () => {
      expect(() => readWire(text)).toThrow(/^BODY_UNREADABLE because=(doctype|xml):/)
    })
  }

  it('knows a document type from a text or a comment that speaks of one', () => {
    expect(xml('<a><![CDATA[<!DOCTYPE xml>]]></a><!-- <!DOCTYPE xml> -->')).toEqual({ a: '<!DOCTYPE xml>' })
  })

  const malformed = [
    '<xml><a>1</xml>',
    '<xml><a>1</A></xml>',
    '<xml>',
    '<xml',
    '<',
    '<xml><a></xml></a>',
    '<xml></xml>x',
  ]
  const notOurs = [
    '<XML><a>1</a></XML>',
    '<a><xml></xml></a>',
    '<a>1</a>',
    '<xml><1a/></xml>',
    '<xml></xml><xml></xml>',
  ]
  const unterminated = [
    '<xml><a><![CDATA[x</a></xml>',
    '<xml><a><!-- x</a></xml>',
    '<xml a="></xml>',
    '<?xml <xml></xml>',
  ]
  for (const text of [...malformed, ...notOurs, ...unterminated]) {
    it(`refuses ${text}`, () => {
      expect(() => readWire(text)).toThrow(/^BODY_UNREADABLE because=xml:/)
    })
  }
})

describe('readWire of both', () => {
  const nested = {
    json: (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    xml: (depth: number) => `<xml>${'<a>'.repeat(depth)}1${'</a>'.repeat(depth)}</xml>`,
  }
  const wide = {
    json: (count: number) => `{${Array.from({ length: count }, (_, at) => `"a${at}":1`).join(',')}}`,
    xml: (count: number) => `<xml>${'<a>1</a>'.repeat(count)}</xml>`,
  }
  for (const format of ['json', 'xml'] as const) {
    it(`reads ${format} 32 levels deep and refuses one more`, () => {
      expect(fieldsOf(nested[format](32))).toHaveProperty('a'.repeat(32).split('').join('.'), '1')
      expect(() => readWire(nested[format](33))).toThrow(/^BODY_UNREADABLE because=depth:/)
    })

    it(`reads ${format} of 10,000 elements, the root among them, and refuses one more`, () => {
      expect(readWire(wide[format](9_999)).format).toBe(format)
      expect(() => readWire(wide[format](10_000))).toThrow(/^BODY_UNREADABLE because=elements:/)
    })
  }

  it('gives objects without a prototype, whatever their names', () => {
    const names = '<__proto__><a>1</a></__proto__><constructor>2</constructor><toString>3</toString>'
    const json = '{"__proto__":{"a":1},"constructor":2,"toString":3}'
    for (const tree of [xml(names), fieldsOf(json)]) {
      expect(Object.getPrototypeOf(tree)).toBeNull()
      expect(Object.keys(tree)).toEqual(['__proto__', 'constructor', 'toString'])
      expect(JSON.stringify(tree)).toBe('{"__proto__":{"a":"1"},"constructor":"2","toString":"3"}')
    }
    expect(({} as { a?: string }).a).toBeUndefined()
  })

  it('says the same of the same push in both formats', () => {
    const list = [
      { TemplateId: 'a', PopupScene: '0' },
      { TemplateId: 'b', PopupScene: '1' },
    ]
    const draft = { MsgType: 'event', CreateTime: 1760000000, SubscribeMsgPopupEvent: { List: list } }
    expect(fieldsOf(writeWire('xml', draft))).toEqual(fieldsOf(writeWire('json', draft)))
  })
})

describe('writeWire', () => {
  it('quotes text, leaves numbers bare and keeps 64-bit digits', () => {
    const draft = { a: '1"', b: 2, c: 23637352235060881n, d: { e: ['f', 3] } }
    expect(writeWire('json', draft)).toBe('{"a":"1\\"","b":2,"c":23637352235060881,"d":{"e":["f",3]}}')
    expect(writeWire('xml', draft)).toBe(
      '<xml><a><![CDATA[1"]]></a><b>2</b><c>23637352235060881</c><d><e><![CDATA[f]]></e><e>3</e></d></xml>',
    )
  })

  it('splits ]]> over two sections and writes a carriage return as an entity', () => {
    expect(writeWire('xml', { a: 'x]]>y' })).toBe('<xml><a><![CDATA[x]]]]><![CDATA[>y]]></a></xml>')
    expect(writeWire('xml', { a: 'x\ry' })).toBe('<xml><a><![CDATA[x]]>&#13;<![CDATA[y]]></a></xml>')
  })

  it('gives the tree back for any draft in either format', () => {
    fc.assert(
      fc.property(anyFormat, anyDraft, (format, draft) => {
        expect(readWire(writeWire(format, draft))).toEqual({ format, fields: asRead(format, draft) })
      }),
      { numRuns: 300 },
    )
  })
})

describe('asList', () => {
  it('reads a list, its one entry without the list, and nothing', () => {
    expect(asList(['a', 'b'])).toEqual(['a', 'b'])
    expect(asList('a')).toEqual(['a'])
    expect(asList({ a: '1' })).toEqual([{ a: '1' }])
    expect(asList('')).toEqual([])
    expect(asList(undefined)).toEqual([])
  })
})

describe('isTree', () => {
  it('tells a tree from text, a list and nothing', () => {
    expect([{}, 'a', ['a'], undefined].map(isTree)).toEqual([true, false, false, false])
  })
})
