/** WeChat refuses a longer text with 45002. */
const MAX_PART_BYTES = 2048
/** A part may end this much earlier when a line, a sentence or a word ends there. */
const NEAR_BYTES = 512

interface Piece {
  readonly text: string
  readonly bytes: number
}

/**
 * A text in parts of at most 2048 bytes, which together are the text again: cut where a line ends, else after a blank or a
 * sentence, else between letters as people see them. A link stays whole unless it alone is too long.
 */
export function textParts(content: string): readonly string[] {
  if (Buffer.byteLength(content) <= MAX_PART_BYTES) return content === '' ? [] : [content]
  const parts: string[] = []
  let pending: Piece[] = []
  let bytes = 0
  for (const piece of piecesOf(content)) {
    while (bytes + piece.bytes > MAX_PART_BYTES && pending.length > 0) {
      const cut = cutOf(pending)
      parts.push(joined(pending.slice(0, cut)))
      pending = pending.slice(cut)
      bytes = bytesOf(pending)
    }
    pending.push(piece)
    bytes += piece.bytes
  }
  return pending.length === 0 ? parts : [...parts, joined(pending)]
}

// Up to the first end, since links do not nest, and bounded, so that many beginnings without an end cost little.
const LINK = /(<a\s[^>]{0,2048}>.{0,2048}?<\/a>)/s

/** What is not cut: links and letters; of one that is longer than a part, its letters or its code points. */
function* piecesOf(content: string): Iterable<Piece> {
  // Not made with the module: its tables take six milliseconds of a cold start, and few texts are so long.
  const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' })
  for (const [index, run] of content.split(LINK).entries()) {
    // What the group of a separator took stands between what it separates.
    const isLink = index % 2 === 1
    const units = isLink && Buffer.byteLength(run) <= MAX_PART_BYTES ? [run] : lettersOf(run, segmenter)
    for (const unit of units)
      yield* Buffer.byteLength(unit) <= MAX_PART_BYTES ? [pieceOf(unit)] : [...unit].map(pieceOf)
  }
}

/** A window at a time: the segmenter's time grows with the square of what it is given. */
function* lettersOf(text: string, segmenter: Intl.Segmenter): Iterable<string> {
  for (let at = 0; at < text.length; ) {
    const end = at + MAX_PART_BYTES
    const window = text.slice(at, isWithinPair(text, end) ? end - 1 : end)
    const found = Array.from(segmenter.segment(window), ({ segment }) => segment)
    // The last letter may go on behind the window: it is looked at again, unless it is all there is.
    const whole = found.length > 1 && at + window.length < text.length ? found.slice(0, -1) : found
    yield* whole
    for (const letter of whole) at += letter.length
  }
}

const isWithinPair = (text: string, at: number): boolean =>
  /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1))

const pieceOf = (text: string): Piece => ({ text, bytes: Buffer.byteLength(text) })

/** How many pieces the part takes: up to a good end near by, or all. */
function cutOf(pieces: readonly Piece[]): number {
  for (const end of [/\n$/, /[\s。！？；，]$/]) {
    let skipped = 0
    for (let count = pieces.length; count > 0 && skipped <= NEAR_BYTES; count -= 1) {
      const piece = pieces[count - 1]
      if (piece !== undefined && end.test(piece.text)) return count
      skipped += piece?.bytes ?? 0
    }
  }
  return pieces.length
}

const joined = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('')
const bytesOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { bytes }) => sum + bytes, 0)
