import fc from 'fast-check'
import { afterAll, it } from 'vitest'
import { aNoticeStage, anyNoticeHistory } from '../support/notice-history.ts'

/** `npm run soak` plays other ones for minutes. */
const numRuns = 40

const stage = aNoticeStage()
afterAll(() => stage.close())

it('any history of messages, comings and goings, kills and faults ends as the model says', async () => {
  await fc.assert(
    fc.asyncProperty(anyNoticeHistory, (history) => stage.play(history)),
    // The same histories at every run; a failure is told at once, `npm run soak` makes it small.
    { numRuns, seed: 20_261_121, endOnFailure: true },
  )
}, 180_000)
