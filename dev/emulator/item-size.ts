import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Item = Readonly<Record<string, AttributeValue>>

/**
 * Bytes as DynamoDB counts them.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  return sum(Object.entries(item), ([name, value]) => Buffer.byteLength(name) + valueSize(value))
}

function valueSize(value: AttributeValue): number {
  const { S, N, B, SS, NS, BS, L, M } = value
  if (S !== undefined) return Buffer.byteLength(S)
  if (N !== undefined) return numberSize(N)
  if (B !== undefined) return bytesSize(B)
  if (SS !== undefined) return sum(SS, (text) => Buffer.byteLength(text))
  if (NS !== undefined) return sum(NS, numberSize)
  if (BS !== undefined) return sum(BS, bytesSize)
  // A list and a map cost three bytes, and one for each member.
  if (L !== undefined) return 3 + sum(L, (member) => 1 + valueSize(member))
  if (M !== undefined) return 3 + Object.keys(M).length + itemSize(M)
  return 1
}

/** Two digits fit into a byte; zeros before and after are not kept. */
function numberSize(text: string): number {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+|0+$/g, '')
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0)
}

/** On the wire bytes are base64. */
const bytesSize = (bytes: unknown): number => Buffer.byteLength(String(bytes), 'base64')

const sum = <T>(values: readonly T[], sizeOf: (value: T) => number): number =>
  values.reduce((total, value) => total + sizeOf(value), 0)
