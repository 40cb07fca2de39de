import type { Cursor } from './cursor.ts'

export interface ScheduleSettings {
  readonly everyMs: number
}

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** What says nothing about when and with what a function is invoked. */
const PASSED_OVER = ['rate', 'enabled', 'name', 'description']

/** `rate(1 minute)`, or a map with one or several of them; none when it is switched off. */
export function readSchedules(schedule: Cursor): readonly ScheduleSettings[] {
  if (!schedule.isMap()) return [readRate(schedule)]
  for (const [key, value] of schedule.entries()) if (!PASSED_OVER.includes(key)) value.reject('is not emulated')
  const rate = schedule.get('rate')
  const schedules = (rate.isList() ? rate.items() : [rate]).map(readRate)
  return schedule.get('enabled').truth(true) ? schedules : []
}

function readRate(rate: Cursor): ScheduleSettings {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rate.text()) ?? []
  const everyMs = Number(count) * (UNITS_MS[unit] ?? Number.NaN)
  return everyMs > 0 ? { everyMs } : rate.reject(`is ${rate.text()}, not a rate; cron is not emulated`)
}
