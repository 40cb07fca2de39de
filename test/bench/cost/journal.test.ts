import { expect, test } from 'vitest'
import { journal } from '../../../bench/cost/journal.ts'
import { noneOf } from '../../../bench/cost/usage.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import { aClock } from '../../support/build.ts'

test('journal › counts the bytes of a line and each series of metrics once', () => {
  const noted = journal()
  const log = jsonLog({ threshold: 'info', namespace: 'bench', clock: aClock(), write: noted.line })
  log.info('process.done', { outcome: 'done', kind: '文本' })
  const one = noted.take()
  expect(one.log.lines).toBe(1)
  expect(one.metrics).toEqual(['DoneWork outcome=done'])

  log.info('process.done', { outcome: 'done', kind: '文本' })
  log.info('process.done', { outcome: 'unsure', kind: '文本' })
  const two = noted.take()
  expect(two.metrics).toEqual(['DoneWork outcome=done', 'DoneWork outcome=unsure'])
  // The other outcome has two letters more, and stands in the line once.
  expect(two.log.bytes).toBe(2 * one.log.bytes + 2)
})

test('journal › counts requests of the API by their answers, whose bytes leave AWS with those of calls', () => {
  const noted = journal()
  noted.sent(100)
  noted.answered('成功')
  expect(noted.take()).toMatchObject({ apiRequests: 1, bytesOut: 106 })
  expect(noted.take()).toMatchObject({ apiRequests: 0, bytesOut: 0 })
})

test('journal › notes an invocation that fails, and lets it fail', async () => {
  const noted = journal()
  const failing = noted.invoke('process', () => Promise.reject(new Error('killed')))
  await expect(failing).rejects.toThrow('killed')
  expect(noted.take().invocations).toEqual({ ...noneOf(), process: 1 })
})
