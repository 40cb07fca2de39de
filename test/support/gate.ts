import { createServer, type ServerResponse } from 'node:http'
import { closeServer, listen } from '../../dev/emulator/server.ts'

export interface Gate {
  readonly url: string
  /** How many wait for their answer. */
  waiting(): number
  /** Answers those who wait and whoever comes later. */
  open(): void
  close(): Promise<void>
}

/** A server that lets callers wait, so that a test says how long something takes. */
export async function aGate(): Promise<Gate> {
  const held: ServerResponse[] = []
  let isOpen = false
  const server = createServer((_, response) => void (isOpen ? response.end() : held.push(response)))
  const url = await listen(server)
  const open = (): void => {
    isOpen = true
    for (const response of held.splice(0)) response.end()
  }
  return { url, waiting: () => held.length, open, close: () => closeServer(server) }
}
