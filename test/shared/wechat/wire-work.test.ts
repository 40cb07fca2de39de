import { afterAll, describe, expect, it } from 'vitest'
import { FRAMES, filled, UNITS } from '../../support/hostile.ts'
import { countWork } from '../../support/work.ts'

const counter = countWork()
afterAll(() => counter.stop())

// Imported once the counting has begun.
const { readWire } = await import('../../../shared/wechat/wire.ts')

function blocksPerCharacter(text: string): number {
  const blocks = counter.of(() => {
    try {
      readWire(text)
    } catch {
      // Whether it is refused is for wire.test.ts; what it costs is asked here.
    }
  })
  return blocks / text.length
}

/** The worst is 16; what is looked at once more for every kilobyte would make it 32, and a loop over all in a loop over all 16,000. */
const MOST = 30

describe('the work of readWire', () => {
  for (const [where, frame] of Object.entries(FRAMES)) {
    it(`grows no faster than the text, of anything repeated ${where}`, () => {
      for (const unit of UNITS) {
        expect(blocksPerCharacter(filled(frame, unit, 16 * 1024)), unit).toBeLessThan(MOST)
      }
    })
  }

  it('is measured by something that sees a loop in a loop', () => {
    const text = 'x'.repeat(1000)
    const blocks = counter.of(() => {
      let same = 0
      for (const one of text) for (const other of text) if (one === other) same += 1
      expect(same).toBe(1_000_000)
    })
    expect(blocks).toBeGreaterThan(1_000_000)
  })
})
