import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { Fault } from '../kernel/fault.ts'

export const FORMATS = ['json', 'xml'] as const
export type Format = (typeof FORMATS)[number]

/**
 * What a body says, the same for JSON and XML: every scalar is the text that stood there (`00123`, `23637352235060881`, `true`),
 * repeated elements and arrays are lists, names are the wire's own. Objects have no prototype.
 */
export type Wire = string | readonly Wire[] | WireTree
export interface WireTree {
  readonly [name: string]: Wire
}

const MAX_DEPTH = 32
const MAX_ELEMENTS = 10_000

type Unreadable = 'format' | 'json' | 'xml' | 'doctype' | 'entity' | 'depth' | 'elements'
const unreadable = (because: Unreadable, cause?: unknown): Fault =>
  new Fault('BODY_UNREADABLE', { because }, cause === undefined ? undefined : { cause })

/** By the first character that is not blank: WeChat documents no Content-Type for pushes. */
export function formatOf(text: string): Format {
  const first = text.trimStart()[0]
  if (first === '{') return 'json'
  if (first === '<') return 'xml'
  throw unreadable('format')
}

/**
 * @throws {Fault} BODY_UNREADABLE: neither JSON nor XML, malformed, a document type, an undefined entity, deeper than 32 or more
 * than 10,000 elements
 */
export function readWire(text: string): { readonly format: Format; readonly fields: WireTree } {
  const format = formatOf(text)
  return { format, fields: format === 'json' ? readJson(text) : readXml(text) }
}

/** Lists with one entry look like the entry itself, in XML always and in JSON often. */
export const asList = (wire: Wire | undefined): readonly Wire[] =>
  wire === undefined || wire === '' ? [] : Array.isArray(wire) ? wire : [wire as Wire]

/** Text, `''` for anything that is none. */
export const scalarOf = (wire: Wire | undefined): string => (typeof wire === 'string' ? wire : '')

export const isTree = (wire: Wire | undefined): wire is WireTree => typeof wire === 'object' && !Array.isArray(wire)

/** Counts what it is handed and refuses what is too much; one per document. */
function bounds(maxElements = MAX_ELEMENTS): (depth: number) => void {
  let elements = 0
  return (depth) => {
    if (depth > MAX_DEPTH) throw unreadable('depth')
    if (++elements > maxElements) throw unreadable('elements')
  }
}

const emptyTree = (): Record<string, Wire> => Object.create(null)

// Whatever stands before a bare literal, whole strings among it; then the number, true, false or null that stands as a value.
const BARE_LITERAL =
  /((?:"[^"\\]*(?:\\.[^"\\]*)*"|[^"\w+.-])*)(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)(?=\s*[,}\]])/gsy

/**
 * An object in JSON; answers of WeChat's API may be larger than a push.
 * @throws {Fault} BODY_UNREADABLE
 */
export function readJson(text: string, maxElements?: number): WireTree {
  // JSON.parse loses digits of numbers beyond 2^53, so bare literals are quoted first; what is no JSON does not become it.
  const tree = parseJson(text.replace(BARE_LITERAL, '$1"$2"'))
  if (!isTree(tree)) throw unreadable('json')
  const check = bounds(maxElements)
  const walk = (wire: Wire, depth: number): void => {
    check(depth)
    if (typeof wire === 'string') return
    if (typeof wire !== 'object' || wire === null) throw unreadable('json')
    if (isTree(wire)) Object.setPrototypeOf(wire, null)
    for (const member of Object.values(wire)) walk(member, depth + 1)
  }
  walk(tree, 0)
  return tree
}

function parseJson(text: string): WireTree {
  try {
    return JSON.parse(text)
  } catch {
    return parseJsonWithControls(text)
  }
}

// The closing quote may be missing: a string that could fail would be tried again from every quote in it.
const JSON_STRING = /"[^"\\]*(?:\\.[^"\\]*)*"?/gs
const ESCAPED_OR_CONTROL = /\\.|[^ -\uffff]/gs

/** What users type may hold control characters, and not every writer of JSON escapes them. */
function parseJsonWithControls(text: string): WireTree {
  const escaped = (found: string): string =>
    found.startsWith('\\') ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
  try {
    return JSON.parse(text.replace(JSON_STRING, (string) => string.replace(ESCAPED_OR_CONTROL, escaped)))
  } catch (cause) {
    throw unreadable('json', cause)
  }
}

const PREDEFINED = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

function decodeEntity(whole: string, decimal?: string, hex?: string, name = ''): string {
  if (decimal === undefined && hex === undefined) return PREDEFINED.get(name) ?? fail()
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : fail()

  function fail(): never {
    throw unreadable('entity', whole)
  }
}

/** The predefined and the numeric entities and no others; the parser hands over every document type, which ends it. */
const entityDecoder = {
  decode: (text: string) => text.replace(/&(?:#(\d*)|#x([\da-fA-F]*)|(\w+));/g, decodeEntity),
  addInputEntities: () => {
    throw unreadable('doctype')
  },
  setExternalEntities: () => {},
  reset: () => {},
  setXmlVersion: () => {},
}

// fast-xml-parser renames or refuses names such as constructor and __proto__; under a prefix it leaves them alone. No name in XML
// begins with a dot.
const NAME_PREFIX = '.'
const REFUSED_NAMES = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)])
const tagOf = (name: string): string => (REFUSED_NAMES.has(name) ? NAME_PREFIX + name : name)
const nameOf = (tag: string): string => (tag.startsWith(NAME_PREFIX) ? tag.slice(NAME_PREFIX.length) : tag)
const TEXT = '#text'

const xmlParser = new XMLParser({
  preserveOrder: true,
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  jPath: false,
  textNodeName: TEXT,
  // Called twice for <a/>: what has its prefix keeps it.
  transformTagName: tagOf,
  processEntities: { enabled: true },
  entityDecoder,
})

type XmlNode = Readonly<Record<string, XmlNode[] | string>>

function readXml(text: string): WireTree {
  const document = parseXml(text.trim())
  const check = bounds()
  const walk = (nodes: readonly XmlNode[], depth: number): Wire => {
    check(depth)
    let scalar = ''
    let tree: Record<string, Wire> | undefined
    for (const node of nodes) {
      for (const tag in node) {
        const content = node[tag] ?? ''
        if (typeof content === 'string') scalar += content
        else tree = append(tree ?? emptyTree(), nameOf(tag), walk(content, depth + 1))
      }
    }
    // Blanks between elements are layout; other text beside elements is kept.
    return tree === undefined ? scalar : scalar.trim() === '' ? tree : append(tree, TEXT, scalar)
  }
  const root = document.find((node) => 'xml' in node)?.xml
  if (!Array.isArray(root)) throw unreadable('xml')
  const fields = walk(root, 0)
  return isTree(fields) ? fields : emptyTree()
}

function parseXml(text: string): XmlNode[] {
  try {
    const valid = XMLValidator.validate(text)
    if (valid !== true) throw valid.err
    return xmlParser.parse(text)
  } catch (cause) {
    throw cause instanceof Fault ? cause : unreadable('xml', cause)
  }
}

function append(tree: Record<string, Wire>, name: string, value: Wire): Record<string, Wire> {
  const before = tree[name]
  if (Array.isArray(before)) before.push(value)
  else tree[name] = before === undefined ? value : [before, value]
  return tree
}

/** What we write: text is quoted or CDATA, numbers stand bare, a list repeats its name in XML. */
export type WireValue = string | number | bigint | boolean | readonly WireValue[] | WireDraft
export interface WireDraft {
  readonly [name: string]: WireValue
}

export const writeWire = (format: Format, draft: WireDraft): string =>
  format === 'json' ? writeJson(draft) : `<xml>${writeElements(draft)}</xml>`

function writeJson(value: WireValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`)
  return `{${members.join(',')}}`
}

const writeElements = (draft: WireDraft): string =>
  Object.entries(draft)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((entry) => writeElement(name, entry)))
    .join('')

const writeElement = (name: string, value: WireValue): string => `<${name}>${writeContent(value)}</${name}>`

function writeContent(value: WireValue): string {
  if (typeof value === 'string') return writeCdata(value)
  return typeof value === 'object' ? writeElements(value as WireDraft) : String(value)
}

/** `]]>` ends a section and a reader turns CR into LF, so both are written around the section. */
const writeCdata = (text: string): string =>
  `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>').replaceAll('\r', ']]>&#13;<![CDATA[')}]]>`
