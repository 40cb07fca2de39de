import { describe, expect, test } from 'vitest'
import { someone } from '../support/people.ts'
import { useStack, wx } from './process.ts'

const { env } = useStack()

const push = (kind: string, ...args: readonly string[]) => wx(['push', kind, '--to', 'cloud', ...args], env)

describe('wx push --to cloud', () => {
  test.each([
    ['cloud', 'customer-service'],
    ['cloud-bundled', 'customer-service-bundled'],
  ])('pushes to the function %s, and wx outbox shows its reply', (to, variant) => {
    const openId = someone()
    const { status, stdout } = wx(['push', 'text', '--to', to, '--openid', openId, '--say', '订单'], env)
    expect(stdout).toMatch(new RegExp(`^cloud ${variant}  text  → success  \\d+ ms\\n$`))
    expect(status).toBe(0)
    expect(wx(['outbox', '--person', openId], env).stdout).toMatch(
      / ✓ {2}text {2}.* {2}请发送订单号，例如：订单 20260001\n$/,
    )
  })

  test('shows to whom a person is handed over', () => {
    const { status, stdout } = push('text', '--say', '人工')
    expect([status, stdout]).toEqual([0, expect.stringContaining('"MsgType":"transfer_customer_service"')])
  })

  test('shows what a payment is answered', () => {
    const { status, stdout } = push('xpay_goods_deliver_notify')
    expect([status, stdout]).toEqual([0, expect.stringContaining('→ {"ErrCode":0,"ErrMsg":"success"}')])
  })

  test('with --retry gives three equal answers and one reply', () => {
    const openId = someone()
    const { status, stdout } = push('text', '--openid', openId, '--say', '订单', '--retry', '--json')
    const { outcomes } = JSON.parse(stdout)
    expect([status, outcomes.map(({ result }: { result: string }) => result)]).toEqual([
      0,
      ['success', 'success', 'success'],
    ])
    const sent = JSON.parse(wx(['outbox', '--person', openId, '--json'], env).stdout)
    expect(sent).toMatchObject([{ to: openId, errcode: 0 }])
  })

  test('says of a kind that WeChat does not send there, and pushes it', () => {
    const { status, stdout } = push('wxa_nickname_audit')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^cloud customer-service {2}wxa_nickname_audit {2}→ success {2}\d+ ms\n! today WeChat sends/)
    expect(JSON.parse(push('wxa_nickname_audit', '--json').stdout)).toMatchObject({ isSentThere: false })
    expect(push('text').stdout).not.toContain('!')
  })

  test.each([
    [['--mode', 'safe'], /^--mode goes with --to lambda alone: .*只能用于 --to lambda.*\n$/],
    [['--format', 'xml'], /^--format xml goes with --to lambda alone: .*\n$/],
    [['--url', 'http://127.0.0.1:9/push'], /^--url goes with --to lambda alone: .*\n$/],
  ])('refuses %j in one line', (args, line) => {
    expect(push('text', ...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(line) })
  })

  test('takes --format json, which it is', () => {
    expect(push('text', '--format', 'json')).toMatchObject({ status: 0 })
  })

  test('knows no other host', () => {
    expect(wx(['push', 'text', '--to', 'moon'], env)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('lambda, cloud, cloud-bundled'),
    })
  })

  test('needs a stack', () => {
    const { status, stderr } = wx(['push', 'text', '--to', 'cloud'], { WX_STACK_FILE: `${env.WX_STACK_FILE}.none` })
    expect([status, stderr]).toEqual([2, expect.stringContaining('npm start')])
  })
})
