import { describe, expect, it } from 'vitest'
import { loadSettings } from '../../../shared/config/settings.ts'
import { AES_KEY, APP_ID, TOKEN } from '../../support/build.ts'

const environment = {
  WECHAT_APP_ID: APP_ID,
  WECHAT_TOKEN: TOKEN,
  WECHAT_ENCODING_AES_KEY: AES_KEY,
  TABLE_NAME: 'weapp-push-dev',
}
const NAMES = ['appId', 'tokens', 'encodingAesKeys', 'pushMode', 'pushRetention', 'tableName', 'logLevel'] as const

const load = (changes: Readonly<Record<string, string | undefined>> = {}) =>
  loadSettings({ ...environment, ...changes }, ...NAMES)

describe('loadSettings', () => {
  it('reads the four that have to be set and gives the others their defaults', () => {
    const { tokens, encodingAesKeys, ...others } = load()
    expect(others).toEqual({
      appId: APP_ID,
      pushMode: 'safe',
      pushRetention: 72 * 3600,
      tableName: 'weapp-push-dev',
      logLevel: 'info',
    })
    expect(tokens.map((token) => token.reveal())).toEqual([TOKEN])
    expect(encodingAesKeys.map((key) => key.reveal())).toEqual([AES_KEY])
  })

  it('reads what is set', () => {
    const set = { WECHAT_PUSH_MODE: 'compatible', PUSH_RETENTION_HOURS: '24', LOG_LEVEL: 'silent' }
    expect(load(set)).toMatchObject({ pushMode: 'compatible', pushRetention: 24 * 3600, logLevel: 'silent' })
  })

  it('reads a rotating Token and EncodingAESKey as lists, in their order', () => {
    const { tokens, encodingAesKeys } = load({
      WECHAT_TOKEN: `newToken, ${TOKEN}`,
      WECHAT_ENCODING_AES_KEY: `${AES_KEY.replace('0', '1')},${AES_KEY}`,
    })
    expect(tokens.map((token) => token.reveal())).toEqual(['newToken', TOKEN])
    expect(encodingAesKeys.map((key) => key.reveal())).toEqual([AES_KEY.replace('0', '1'), AES_KEY])
  })

  it('takes an empty value for one that is not set', () => {
    expect(load({ WECHAT_PUSH_MODE: '', PUSH_RETENTION_HOURS: '' }).pushMode).toBe('safe')
    expect(() => load({ WECHAT_TOKEN: '' })).toThrow(/WECHAT_TOKEN \(missing/)
  })

  it('needs no EncodingAESKey in plaintext mode and reads the one that is there', () => {
    expect(load({ WECHAT_PUSH_MODE: 'plaintext', WECHAT_ENCODING_AES_KEY: undefined }).encodingAesKeys).toEqual([])
    expect(load({ WECHAT_PUSH_MODE: 'plaintext' }).encodingAesKeys).toHaveLength(1)
    expect(() => load({ WECHAT_PUSH_MODE: 'compatible', WECHAT_ENCODING_AES_KEY: '' })).toThrow(
      /WECHAT_ENCODING_AES_KEY/,
    )
  })

  it('asks only for the settings that are named', () => {
    expect(loadSettings({ WECHAT_TOKEN: TOKEN }, 'tokens').tokens).toHaveLength(1)
  })

  it('names every missing and every malformed one in one message, and what is right', () => {
    const all = () => loadSettings({ WECHAT_PUSH_MODE: 'Safe', PUSH_RETENTION_HOURS: '0', LOG_LEVEL: 'loud' }, ...NAMES)
    const parts = [
      'SETTINGS_INVALID settings=',
      'WECHAT_APP_ID \\(missing; 未设置\\), ',
      'WECHAT_TOKEN \\(missing; 未设置\\), ',
      'WECHAT_ENCODING_AES_KEY \\(missing; 未设置\\), ',
      'WECHAT_PUSH_MODE \\(one of plaintext, compatible, safe; 须为其中之一\\), ',
      'PUSH_RETENTION_HOURS \\(1 to 87600 hours; .*\\), ',
      'TABLE_NAME \\(missing; 未设置\\), ',
      'LOG_LEVEL \\(one of debug, .*\\): .*\\.env\\.example',
    ]
    expect(all).toThrow(new RegExp(`^${parts.join('')}`))
  })

  const malformed: Readonly<Record<string, readonly string[]>> = {
    WECHAT_APP_ID: ['wy0000aaaa1111bbbb', 'WX0000aaaa1111bbbb', 'wx0000-aaaa', 'gh_0a1b2c3d4e5f', `${APP_ID}\n`],
    WECHAT_TOKEN: [
      'to',
      'x'.repeat(33),
      'to ken',
      '令牌令牌',
      `${TOKEN}\n`,
      ` ${TOKEN}`,
      `${TOKEN},`,
      `${TOKEN},,other`,
    ],
    WECHAT_ENCODING_AES_KEY: [
      AES_KEY.slice(1),
      `${AES_KEY}d`,
      `${AES_KEY}=`,
      `${AES_KEY}\n`,
      `${AES_KEY},`,
      `${AES_KEY.slice(1)}-`,
    ],
    WECHAT_PUSH_MODE: ['SAFE', 'plain', 'safe ', '安全'],
    PUSH_RETENTION_HOURS: ['0', '-1', '72h', '1.5', '1e3', '87601', '100000', '７２'],
    TABLE_NAME: ['ab', 'a b c', 'table/name', 'x'.repeat(256)],
    LOG_LEVEL: ['INFO', 'trace', 'none'],
  }
  for (const [variable, values] of Object.entries(malformed)) {
    it(`refuses a malformed ${variable} and says what is right`, () => {
      for (const value of values) {
        const refused = () => load({ [variable]: value })
        expect(refused).toThrow(new RegExp(`^SETTINGS_INVALID settings=${variable} \\([^)]+\\):`))
      }
    })
  }

  it('never shows a value', () => {
    const values = {
      WECHAT_APP_ID: 'Sup3r secret',
      WECHAT_TOKEN: 'Sup3r secret',
      WECHAT_ENCODING_AES_KEY: 'Sup3r secret',
    }
    expect(() => load({ ...values, TABLE_NAME: 'Sup3r secret', LOG_LEVEL: 'Sup3r secret' })).not.toThrow(/Sup3r/)
  })

  it('says of a secret with a newline at its end that it has one', () => {
    expect(() => load({ WECHAT_ENCODING_AES_KEY: `${AES_KEY}\n` })).toThrow(
      /a blank or newline at its beginning or end; 首尾/,
    )
  })

  it('takes a watch of at most 50 s, and none unless it is set', () => {
    const watch = (TICK_WATCH_SECONDS?: string) => loadSettings({ TICK_WATCH_SECONDS }, 'tickWatch').tickWatch
    expect([watch(), watch(''), watch('0'), watch('9'), watch('50')]).toEqual([0, 0, 0, 9000, 50_000])
    for (const value of ['51', '60', '-1', '1.5', '50s', '050'])
      expect(() => watch(value)).toThrow(/TICK_WATCH_SECONDS/)
  })
})
