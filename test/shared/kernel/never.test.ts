import { describe, expect, it } from 'vitest'
import { assertNever } from '../../../shared/kernel/never.ts'

describe('assertNever', () => {
  it('names the variant that has no branch', () => {
    expect(() => assertNever({ kind: 'new' } as never)).toThrow(/without its branch: {"kind":"new"}/)
  })
})
