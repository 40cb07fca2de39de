import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { laterTurns } from '../../../../dev/simulator/api/later-turns.ts'

describe('laterTurns', () => {
  test('run what they are given, but not at once', async () => {
    const { run } = laterTurns()
    const heard: string[] = []
    run(() => void heard.push('a'))
    expect(heard).toEqual([])
    await nextTurn()
    expect(heard).toEqual(['a'])
  })

  test('run nothing once they are closed', async () => {
    const { run, close } = laterTurns()
    const heard: string[] = []
    run(() => void heard.push('a'))
    close()
    await nextTurn()
    expect(heard).toEqual([])
  })
})
