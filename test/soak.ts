import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { systemClock } from '../shared/kernel/time.ts'
import { anyHistory, aStage } from './support/history.ts'

/** Histories between two lines of progress. */
const ROUND = 50

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '3' }, seed: { type: 'string' }, path: { type: 'string' } },
})
const minutes = Number(values.minutes)
const first = Number(values.seed ?? systemClock() % 2 ** 31)
if (!(minutes > 0) || !Number.isInteger(first))
  throw new TypeError('npm run soak -- [--minutes 3] [--seed n [--path p]]')

const stage = aStage()
const property = fc.asyncProperty(anyHistory, (history) => stage.play(history))
const end = systemClock() + minutes * 60_000
let played = 0
console.log(`seed ${first}, ${minutes} min`)
for (let seed = first; systemClock() < end; seed += 1) {
  const path = values.path === undefined ? {} : { path: values.path, endOnFailure: true }
  const outcome = await fc.check(property, { seed, numRuns: ROUND, ...path })
  played += outcome.numRuns
  if (outcome.failed) {
    console.error(fc.defaultReportMessage(outcome), outcome.errorInstance)
    console.error(`again: npm run soak -- --seed ${seed} --path ${outcome.counterexamplePath}`)
    process.exitCode = 1
    break
  }
  if (values.path !== undefined) break
  console.log(`${played} histories, ${Math.max(0, Math.ceil((end - systemClock()) / 1000))} s to go`)
}
await stage.close()
