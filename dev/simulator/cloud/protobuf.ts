/** A field as it stands on the wire: a whole number, or bytes that may be text or another message. */
export interface Field {
  readonly id: number
  readonly value: bigint | Buffer
}

const VARINT = 0
const BYTES = 2

/**
 * The fields of a message in their order, of the two wire types that the gateway's messages use.
 * @throws {TypeError} the bytes end early or hold another wire type
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function readFields(bytes: Buffer): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = Number(varint())
    const [id, wireType] = [tag >>> 3, tag & 7]
    if (wireType === VARINT) fields.push({ id, value: varint() })
    else if (wireType === BYTES) fields.push({ id, value: take(Number(varint())) })
    else throw new TypeError(`field ${id} has the wire type ${wireType}`)
  }
  return fields

  function varint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new TypeError('a number ends early')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  function take(length: number): Buffer {
    const taken = bytes.subarray(at, at + length)
    if (taken.length < length) throw new TypeError('a field ends early')
    at += length
    return taken
  }
}

/** A number is written as int32 and uint32 are: a negative one takes ten bytes. */
export const writeFields = (
  fields: ReadonlyArray<readonly [id: number, value: number | string | Uint8Array]>,
): Buffer => Buffer.concat(fields.map(([id, value]) => writeField(id, value)))

function writeField(id: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === 'number') return Buffer.concat([writeVarint((id << 3) | VARINT), writeVarint(value)])
  const bytes = Buffer.from(value)
  return Buffer.concat([writeVarint((id << 3) | BYTES), writeVarint(bytes.length), bytes])
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}
