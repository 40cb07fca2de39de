import { countOf, type Fields, fieldsOf, textOf } from './json.ts'

/** What is written in a message. */
interface TextElement {
  readonly kind: 'text'
  readonly text: string
}

/** The app's own element; `description` is what a notification shows of it. */
interface CustomElement {
  readonly kind: 'custom'
  readonly data: string
  readonly description: string
  readonly ext: string
  readonly sound: string
}

/** These can be handed back or left out, but not changed: `original` is what IM sent. */
type KeptElement = { readonly original: unknown } & (
  | { readonly kind: 'location'; readonly description: string }
  | { readonly kind: 'sound'; readonly seconds: number }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'relay'; readonly title: string }
  | { readonly kind: 'face' | 'image' | 'video' | 'unknown' }
)

/** A message has several, in order. */
export type MessageElement = TextElement | CustomElement | KeptElement

type Parser = (content: Fields, original: unknown) => MessageElement

/**
 * By `MsgType`; the sender writes all of it.
 * @see https://cloud.tencent.com/document/product/269/2720
 */
const PARSERS: Readonly<Record<string, Parser>> = {
  TIMTextElem: ({ Text }) => ({ kind: 'text', text: textOf(Text) }),
  TIMCustomElem: ({ Data, Desc, Ext, Sound }) => ({
    kind: 'custom',
    data: textOf(Data),
    description: textOf(Desc),
    ext: textOf(Ext),
    sound: textOf(Sound),
  }),
  TIMLocationElem: ({ Desc }, original) => ({ kind: 'location', description: textOf(Desc), original }),
  TIMSoundElem: ({ Second }, original) => ({ kind: 'sound', seconds: countOf(Second) ?? 0, original }),
  TIMFileElem: ({ FileName }, original) => ({ kind: 'file', name: textOf(FileName), original }),
  TIMRelayElem: ({ Title }, original) => ({ kind: 'relay', title: textOf(Title), original }),
  TIMFaceElem: (_, original) => ({ kind: 'face', original }),
  TIMImageElem: (_, original) => ({ kind: 'image', original }),
  TIMVideoFileElem: (_, original) => ({ kind: 'video', original }),
}

export function readElement(original: unknown): MessageElement {
  const { MsgType, MsgContent } = fieldsOf(original)
  const type = textOf(MsgType)
  const parser = Object.hasOwn(PARSERS, type) ? PARSERS[type] : undefined
  return parser?.(fieldsOf(MsgContent), original) ?? { kind: 'unknown', original }
}

export function writeElement(element: MessageElement): unknown {
  switch (element.kind) {
    case 'text':
      return { MsgType: 'TIMTextElem', MsgContent: { Text: element.text } }
    case 'custom': {
      const { data, description, ext, sound } = element
      return { MsgType: 'TIMCustomElem', MsgContent: { Data: data, Desc: description, Ext: ext, Sound: sound } }
    }
    default:
      return element.original
  }
}
