import type { Clock } from '../../../shared/kernel/time.ts'
import type { Members } from './call.ts'

/** What a person sees: a customer-service message by its msgtype, or a subscribe message. */
export interface Delivered {
  /** ISO, by the simulator's clock. */
  readonly at: string
  readonly kind: 'text' | 'image' | 'link' | 'miniprogrampage' | 'subscribe'
  /** The member named for the msgtype; of a subscribe message its template, card lines and page. */
  readonly content: Members
}

/** Messages by person, oldest first. */
export function deliveries(clock: Clock) {
  const people = new Map<string, readonly Delivered[]>()
  const to = (openId: string): readonly Delivered[] => people.get(openId) ?? []
  return { add, to }

  function add(openId: string, kind: Delivered['kind'], content: Members): void {
    people.set(openId, [...to(openId), { at: new Date(clock()).toISOString(), kind, content }])
  }
}

export type Deliveries = ReturnType<typeof deliveries>
