import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Where `npm start` leaves its address and settings for the second terminal and for `serverless invoke local`. */
const STACK_FILE = resolve(process.env.WX_STACK_FILE ?? '.wx/stack.json')

export interface RunningStack {
  readonly pid: number
  readonly url: string
  /** The variables that a function of the stack runs with. */
  readonly env: Readonly<Record<string, string>>
}

/** It holds the secrets, so a file that nobody else could open is made anew. */
export function leaveStackFile(stack: RunningStack): void {
  mkdirSync(dirname(STACK_FILE), { recursive: true })
  rmSync(STACK_FILE, { force: true })
  writeFileSync(STACK_FILE, JSON.stringify(stack, null, 2), { mode: 0o600, flag: 'wx' })
}

/** Unless another stack has left its own meanwhile. */
export function removeStackFile(): void {
  if (runningStack()?.pid === process.pid) rmSync(STACK_FILE, { force: true })
}

export function runningStack(): RunningStack | undefined {
  const stack = readStackFile()
  return stack !== undefined && isAlive(stack.pid) ? stack : undefined
}

/** Nothing where there is no file, or none of ours. */
function readStackFile(): RunningStack | undefined {
  try {
    const stack: RunningStack | null = JSON.parse(readFileSync(STACK_FILE, 'utf8'))
    return stack !== null && Number.isInteger(stack.pid) && stack.pid > 0 ? stack : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
