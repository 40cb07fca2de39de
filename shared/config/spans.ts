import type { QuietHours } from '../kernel/quiet-hours.ts'
import { type Millis, millis } from '../kernel/time.ts'
import { Malformed } from './malformed.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 }

const SPAN = 'such as 60s, 10m or 6h, at most 24h; 形如 60s、10m、6h，最长 24h'

/** `60s`, `10m`, `6h`; a bare number is seconds. */
export function spanOf(text: string): Millis {
  const [, digits, unit = ''] = /^(\d{1,6})([smh]?)$/.exec(text) ?? []
  const span = Number(digits) * (UNITS[unit] ?? Number.NaN)
  if (!(span > 0 && span <= 86_400_000)) throw new Malformed(SPAN)
  return millis(span)
}

const QUIET = 'such as 22:00-08:00, or 22:00-08:00 Europe/Paris; 形如 22:00-08:00，可加时区'

/** `22:00-08:00` is China's time; another zone stands behind it. */
export function quietHoursOf(text: string): QuietHours {
  const [, from = '', to = '', zone = 'Asia/Shanghai'] =
    /^([\d:]{4,5})-([\d:]{4,5})(?: ([\w/+-]{1,40}))?$/.exec(text) ?? []
  const hours = { from: minuteOf(from), to: minuteOf(to), zone }
  if (!isZone(zone)) throw new Malformed(QUIET)
  if (hours.from === hours.to) throw new Malformed('the two ends differ; 起止时间不能相同')
  return hours
}

function minuteOf(text: string): number {
  const [, hour, minute] = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(text) ?? []
  const count = Number(hour) * 60 + Number(minute)
  if (!(count <= 1440)) throw new Malformed(QUIET)
  return count % 1440
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
