import { expect, test } from 'vitest'
import { loadCoWechat } from '../../bench/co-wechat.ts'

test('loadCoWechat › says in one sentence how to install what is missing', () => {
  expect(loadCoWechat('bench/nowhere')).toContain('npm ci --prefix bench/nowhere')
})
