import { describe, expect, it } from 'vitest'
import { isContainerCheck } from '../../../shared/wechat/container-check.ts'

const check = (body: string) => isContainerCheck(Buffer.from(body))

describe('isContainerCheck', () => {
  it('knows the check of Cloud Run in both formats', () => {
    expect(check('{"action":"CheckContainerPath"}')).toBe(true)
    expect(check(' { "action" : "CheckContainerPath" }\n')).toBe(true)
    expect(check('<xml><action><![CDATA[CheckContainerPath]]></action></xml>')).toBe(true)
    expect(check('<xml>\n<action>CheckContainerPath</action>\n</xml>')).toBe(true)
  })

  const others = [
    '{"action":"CheckContainerPatH"}',
    '{"Action":"CheckContainerPath"}',
    '{"action":"CheckContainerPath","Encrypt":"x"}',
    '{"action":"CheckContainerPath"}{}',
    '[{"action":"CheckContainerPath"}]',
    '<xml><action>CheckContainerPath</action><a/></xml>',
    '"CheckContainerPath"',
    '',
  ]
  for (const body of others) {
    it(`takes for a push: ${body === '' ? 'an empty body' : body}`, () => {
      expect(check(body)).toBe(false)
    })
  }

  it('looks no further than 200 bytes', () => {
    const body = '{"action":"CheckContainerPath"}'
    expect(check(body.padEnd(200))).toBe(true)
    expect(check(body.padEnd(201))).toBe(false)
  })
})
