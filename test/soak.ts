import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { systemClock } from '../shared/kernel/time.ts'
import { anyHistory, aStage } from './support/history.ts'
import { aNoticeStage, anyNoticeHistory } from './support/notice-history.ts'

/** Histories between two lines of progress. */
const ROUND = 50

interface Stage<T> {
  play(history: T): Promise<void>
  close(): Promise<void>
}

const playing = <T>({ play, close }: Stage<T>, any: fc.Arbitrary<T>) => ({
  close,
  round: async (parameters: { readonly seed: number; readonly path?: string; readonly endOnFailure?: boolean }) => {
    const property = fc.asyncProperty(any, (history) => play(history))
    const outcome = await fc.check(property, { numRuns: ROUND, ...parameters })
    return { ...outcome, message: fc.defaultReportMessage(outcome) }
  },
})

/** Of pushes and what comes of them, or of messages in Tencent IM. */
const SOAKS = {
  pushes: () => playing(aStage(), anyHistory),
  notices: () => playing(aNoticeStage(), anyNoticeHistory),
}

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'pushes' },
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
const first = Number(values.seed ?? systemClock() % 2 ** 31)
const { of } = values
if ((of !== 'pushes' && of !== 'notices') || !(minutes > 0) || !Number.isInteger(first))
  throw new TypeError('npm run soak -- [--of pushes|notices] [--minutes 3] [--seed n [--path p]]')

const soak = SOAKS[of]()
const end = systemClock() + minutes * 60_000
let played = 0
console.log(`${of}: seed ${first}, ${minutes} min`)
for (let seed = first; systemClock() < end; seed += 1) {
  const path = values.path === undefined ? {} : { path: values.path, endOnFailure: true }
  const outcome = await soak.round({ seed, ...path })
  played += outcome.numRuns
  if (outcome.failed) {
    console.error(outcome.message, outcome.errorInstance)
    console.error(`again: npm run soak -- --of ${of} --seed ${seed} --path ${outcome.counterexamplePath}`)
    process.exitCode = 1
    break
  }
  if (values.path !== undefined) break
  console.log(`${played} histories, ${Math.max(0, Math.ceil((end - systemClock()) / 1000))} s to go`)
}
await soak.close()
