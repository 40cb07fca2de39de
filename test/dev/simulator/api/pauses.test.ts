import { describe, expect, test } from 'vitest'
import { pauses } from '../../../../dev/simulator/api/pauses.ts'

describe('pauses', () => {
  test('end when they are closed, and take no time from then on', async () => {
    const { wait, close } = pauses()
    const waiting = wait(600_000)
    close()
    await expect(Promise.all([waiting, wait(600_000)])).resolves.toHaveLength(2)
  })
})
