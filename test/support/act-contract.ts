import { describe, expect, it } from 'vitest'
import type { WorldOver } from './act-world.ts'
import { popup, someone } from './people.ts'

/** What acting keeps to wherever work is kept. */
export function actContract(name: string, aWorld: () => WorldOver): void {
  describe(`act, on ${name}`, () => {
    it('counts permits in the write that ends their push', async () => {
      const world = aWorld()
      const openId = someone()
      for (const draft of [popup(openId, 'TMPL_A', 'accept', 1), popup(openId, 'TMPL_A', 'accept', 2)]) {
        const key = await world.accept(draft)
        await Promise.all([world.act(key), world.act(key), world.act(key)])
      }
      expect(await world.remaining(openId, 'TMPL_A')).toBe(2)
      await world.act(await world.accept(popup(openId, 'TMPL_A', 'reject', 3)))
      expect(await world.remaining(openId, 'TMPL_A')).toBe(0)
    })
  })
}
