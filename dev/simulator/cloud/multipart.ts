/**
 * The parts of a form by their names. Their bytes stay as they came: `Request.formData` would read what has no filename as UTF-8.
 * @throws {TypeError} the type names no boundary, or a part has no name
 */
export function readForm(body: Buffer, contentType: string): ReadonlyMap<string, Buffer> {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) throw new TypeError('the form has no boundary')
  return new Map(partsOf(body, Buffer.from(`--${boundary}`)).map(readPart))
}

/** What stands between the boundaries, without the line ends that belong to them. */
function partsOf(body: Buffer, boundary: Buffer): readonly Buffer[] {
  const parts: Buffer[] = []
  let from = body.indexOf(boundary)
  for (;;) {
    const to = from < 0 ? -1 : body.indexOf(boundary, from + boundary.length)
    if (to < 0) return parts
    parts.push(body.subarray(from + boundary.length + 2, to - 2))
    from = to
  }
}

function readPart(part: Buffer): readonly [name: string, value: Buffer] {
  const end = part.indexOf('\r\n\r\n')
  const [, name] = /\bname="([^"]*)"/.exec(part.subarray(0, end).toString()) ?? []
  if (end < 0 || name === undefined) throw new TypeError('a part of the form has no name')
  return [name, part.subarray(end + 4)]
}
