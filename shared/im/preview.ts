import { assertNever } from '../kernel/never.ts'
import type { MessageElement } from './element.ts'

/** More than any field of a template takes; a message may have 12 KB. */
const MOST_CHARACTERS = 200

/** Line breaks, other white space, control characters, and those that turn the direction of what stands behind them. */
const BLANKS = /[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu
const INVISIBLE = /^[\s\p{Cf}]*$/u

/**
 * A message in one line: of each element what Tencent's own push shows of it, with nothing between. Empty when there is nothing to
 * be seen: signalling.
 * @see https://cloud.tencent.com/document/product/269/2720
 */
export function previewOf(elements: readonly MessageElement[]): string {
  const line = elements.map(wordsOf).join('').replace(BLANKS, ' ').trim()
  if (INVISIBLE.test(line)) return ''
  return [...line].slice(0, MOST_CHARACTERS).join('').trimEnd()
}

function wordsOf(element: MessageElement): string {
  switch (element.kind) {
    case 'text':
      return element.text
    case 'custom':
      return element.description
    case 'location':
      return `[位置]${element.description}`
    case 'face':
      return '[表情]'
    case 'sound':
      return element.seconds < 1 ? '[语音]' : `[语音]${element.seconds}″`
    case 'image':
      return '[图片]'
    case 'file':
      return `[文件]${lastOf(element.name)}`
    case 'video':
      return '[视频]'
    case 'relay':
      return `[聊天记录]${element.title}`
    case 'unknown':
      return '[消息]'
    default:
      return assertNever(element)
  }
}

/** Of `file:///storage/a%20b.pdf`: `a b.pdf`. */
function lastOf(path: string): string {
  const name = path.split(/[/\\]/).findLast((part) => part !== '') ?? ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
