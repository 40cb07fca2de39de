import type { TemplateId, UserId } from '../../shared/kernel/ids.ts'
import { millis, seconds, toMillis } from '../../shared/kernel/time.ts'
import type { Inflow, KeptNotice } from '../../shared/store/notify.ts'
import { noPermit, type Permit } from '../../shared/store/permit.ts'
import { NO_PRESENCE } from '../../shared/store/presence.ts'
import { NOW } from './build.ts'

export const user = (name: string): UserId => name as UserId

export const T0 = toMillis(NOW)

/** A message of Alice's to Bob, accepted so long after `T0`, a second after IM took it. */
export function aNotice(afterMs: number, rest: Partial<KeptNotice> = {}): KeptNotice {
  const acceptedAt = millis(T0 + afterMs)
  return {
    to: user('bob'),
    from: user('alice'),
    key: `1_2_${afterMs}`,
    sentAt: seconds(acceptedAt / 1000 - 1),
    preview: 'hello',
    name: `n${afterMs}`,
    acceptedAt,
    ...rest,
  }
}

export const anInflow = (rest: Partial<Inflow> = {}): Inflow => ({
  notices: [],
  readings: [],
  presence: NO_PRESENCE,
  ...rest,
})

const NOTICE_TEMPLATE = 'tmpl-notice' as TemplateId

export const aPermit = (base: number): Permit => ({ ...noPermit(NOTICE_TEMPLATE, false), base })
