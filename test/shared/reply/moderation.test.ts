import { describe, expect, it } from 'vitest'
import { moderate } from '../../../shared/reply/moderation.ts'
import { ALICE, BOB } from '../../support/im.ts'

describe('moderate', () => {
  it('lets every message go out until somebody writes a rule', () => {
    const elements = [{ kind: 'text', text: 'hi' } as const]
    const written = { kind: 'before-message', from: ALICE, elements, cloudCustomData: '', isOnlineOnly: false } as const
    expect(moderate({ ...written, scope: 'person', to: BOB })).toEqual({ kind: 'allow' })
    expect(moderate({ ...written, scope: 'group', group: 'g' })).toEqual({ kind: 'allow' })
  })
})
