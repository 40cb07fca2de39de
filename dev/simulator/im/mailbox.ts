import type { Message } from './message.ts'

interface Letter {
  readonly message: Message
  readonly isRead: boolean
}

/** What people have been sent, and what they have not read of it. */
export function mailboxes() {
  const boxes = new Map<string, readonly Letter[]>()
  return { put, read, takeBack, unreadOf, contentOf }

  function boxOf(userId: string): readonly Letter[] {
    return boxes.get(userId) ?? []
  }

  function put(message: Message): void {
    boxes.set(message.to, [...boxOf(message.to), { message, isRead: message.isOnlineOnly }])
  }

  function read(reader: string, peer: string): void {
    const letters = boxOf(reader).map((letter) => (letter.message.from === peer ? { ...letter, isRead: true } : letter))
    boxes.set(reader, letters)
  }

  function takeBack({ from, to, key }: Message): void {
    const isMeant = ({ message }: Letter): boolean => message.from === from && message.key === key
    boxes.set(
      to,
      boxOf(to).filter((letter) => !isMeant(letter)),
    )
  }

  /** Over all conversations. */
  function unreadOf(userId: string): number {
    return boxOf(userId).filter(({ isRead }) => !isRead).length
  }

  function contentOf(userId: string): readonly Message[] {
    return boxOf(userId).map(({ message }) => message)
  }
}
