import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RunningStack } from '../../dev/stack-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'stack-file-'))
const path = join(folder, 'made', 'stack.json')
const STACK: RunningStack = { pid: process.pid, url: 'http://127.0.0.1:1', env: { WECHAT_TOKEN: 'Tok3n' } }
let files: typeof import('../../dev/stack-file.ts')

beforeAll(async () => {
  vi.stubEnv('WX_STACK_FILE', path)
  files = await import('../../dev/stack-file.ts')
})

afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

afterEach(() => files.removeStackFile())

const permissions = (): string => (statSync(path).mode & 0o777).toString(8)

describe('the stack file', () => {
  test('is found by the second terminal, with its folder made', () => {
    files.leaveStackFile(STACK)
    expect(files.runningStack()).toEqual(STACK)
  })

  test('is for nobody else, even when one lay there that all could read', () => {
    files.leaveStackFile({ ...STACK, url: 'http://127.0.0.1:2' })
    expect(permissions()).toBe('600')
    chmodSync(path, 0o644)
    files.leaveStackFile(STACK)
    expect(permissions()).toBe('600')
    expect(files.runningStack()).toEqual(STACK)
  })

  test('is not written through a link', () => {
    const theirs = join(folder, 'theirs')
    writeFileSync(theirs, 'untouched')
    files.leaveStackFile(STACK)
    files.removeStackFile()
    symlinkSync(theirs, path)
    files.leaveStackFile(STACK)
    expect(readFileSync(theirs, 'utf8')).toBe('untouched')
    expect(files.runningStack()).toEqual(STACK)
  })

  test('of a stack that was killed counts for nothing', () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    files.leaveStackFile({ ...STACK, pid })
    expect(existsSync(path)).toBe(true)
    expect(files.runningStack()).toBeUndefined()
  })

  test('is gone after it was removed, and may be removed again', () => {
    files.leaveStackFile(STACK)
    files.removeStackFile()
    files.removeStackFile()
    expect(files.runningStack()).toBeUndefined()
    expect(existsSync(dirname(path))).toBe(true)
  })
})
