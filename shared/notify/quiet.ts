import type { QuietHours } from '../kernel/quiet-hours.ts'
import { type Millis, millis, minutes } from '../kernel/time.ts'

const DAY = 1440

/** When the quiet hours end in which `now` lies; nothing when it does not. */
export function quietUntil({ from, to, zone }: QuietHours, now: Millis): Millis | undefined {
  const minute = minuteOfDay(now, zone)
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to
  if (!isQuiet) return undefined
  return millis(now - (now % minutes(1)) + minutes((to - minute + DAY) % DAY))
}

function minuteOfDay(now: Millis, zone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const [hour, minute] = clock.format(now).split(':')
  return Number(hour) * 60 + Number(minute)
}
