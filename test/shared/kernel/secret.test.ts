import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../../shared/kernel/secret.ts'

describe('Secret', () => {
  const secret = new Secret('do-not-print')

  it('gives its value to whoever asks by name', () => {
    expect(secret.reveal()).toBe('do-not-print')
  })

  it('prints as *** in every way a value comes to be printed', () => {
    const printed = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
      format('%s %o %O %j', secret, secret, secret, secret),
      Object.entries(secret).join(),
      inspect(new Error('failed', { cause: secret })),
    ].join('\n')
    expect(printed).toContain('***')
    expect(printed).not.toContain('do-not-print')
  })

  it('keeps what is not text just as well', () => {
    expect(inspect(new Secret(Buffer.from('do-not-print')))).toBe('***')
  })
})
