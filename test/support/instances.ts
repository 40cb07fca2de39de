import type { StreamEvent } from '../../dev/emulator/event-source.ts'
import { type Millis, millis } from '../../shared/kernel/time.ts'
import { type Fate, Mortal } from './mortal.ts'

type StreamApp = (event: never, remaining: () => Millis) => Promise<unknown>

/** The instances of a function that reads the stream: as many as there are events at the same time. */
export interface Instances {
  /** Rejects when the instance died. */
  invoke(event: StreamEvent): Promise<unknown>
  /** How many are at work. */
  busy(): number
  /** No instance is warm. */
  cold(): void
}

/** One event at a time in each; one that has died is never asked again. */
export function instances(fate: Fate, appOf: (mortal: Mortal) => StreamApp): Instances {
  let busy = 0
  const warm: { readonly mortal: Mortal; readonly app: StreamApp }[] = []

  function anInstance() {
    const mortal = new Mortal(fate)
    return { mortal, app: appOf(mortal) }
  }

  return {
    invoke: async (event) => {
      const instance = warm.pop() ?? anInstance()
      busy += 1
      try {
        return await instance.mortal.live(() => instance.app(JSON.parse(JSON.stringify(event)) as never, wholeTime))
      } finally {
        busy -= 1
        if (!instance.mortal.isDead) warm.push(instance)
      }
    },
    busy: () => busy,
    cold: () => {
      warm.length = 0
    },
  }
}

const wholeTime = (): Millis => millis(300_000)
