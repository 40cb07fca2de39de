import { describe, expect, it } from 'vitest'
import { quietHoursOf, spanOf } from '../../../shared/config/spans.ts'

describe('spanOf', () => {
  it.each([
    ['60s', 60_000],
    ['10m', 600_000],
    ['6h', 21_600_000],
    ['24h', 86_400_000],
    ['90', 90_000],
  ])('reads %s as %d ms', (text, span) => {
    expect(spanOf(text)).toBe(span)
  })

  it.each(['', '0s', '25h', '-1s', '1.5m', '1d', 'm', '10 m', '60s,10m'])('refuses %j', (text) => {
    expect(() => spanOf(text)).toThrow(/such as 60s/)
  })
})

describe('quietHoursOf', () => {
  it('is of China unless another zone is named', () => {
    expect(quietHoursOf('22:00-08:00')).toEqual({ from: 1320, to: 480, zone: 'Asia/Shanghai' })
    expect(quietHoursOf('9:30-24:00 Europe/Paris')).toEqual({ from: 570, to: 0, zone: 'Europe/Paris' })
  })

  it.each(['22-8', '22:00', '25:00-08:00', '22:60-08:00', '24:30-08:00', '22:00-08:00 Mars/Base'])(
    'refuses %j',
    (text) => {
      expect(() => quietHoursOf(text)).toThrow(/such as 22:00-08:00/)
    },
  )

  it.each(['22:00-22:00', '0:00-24:00'])('refuses %s, of which nobody knows whether it is all day or never', (text) => {
    expect(() => quietHoursOf(text)).toThrow(/^the two ends differ; 起止时间不能相同$/)
  })
})
