import { describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import { trySpending } from '../../../shared/notify/try-spending.ts'
import { tableUnavailable } from '../../../shared/store/table-call.ts'

const failing = (cause: unknown) => trySpending(() => Promise.reject(cause))

describe('trySpending', () => {
  it('takes a table out of reach for what may pass', async () => {
    expect(await failing(tableUnavailable(new Error('x')))).toEqual({
      kind: 'refused',
      failure: { next: 'again', reason: 'TABLE_UNAVAILABLE' },
    })
  })

  it('takes no other fault of ours for one of WeChat’s', async () => {
    await expect(failing(new Fault('SETTINGS_INVALID'))).rejects.toThrow(/^SETTINGS_INVALID/)
  })
})
