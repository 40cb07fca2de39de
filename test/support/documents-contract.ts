import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { millis } from '../../shared/kernel/time.ts'
import type { Document, Documents, MaybeDocument } from '../../shared/store/documents.ts'

/** Of a person of its own, so that no test meets what another one left. */
export const aDocument = (changes: Partial<Document> = {}): Document => ({
  id: randomUUID(),
  person: `openid#cloud#${randomUUID()}`,
  kind: 'push',
  state: 'ready',
  openAt: 0,
  dueAt: 0,
  expiresAt: 0,
  value: '0',
  ...changes,
})

const counted = (before: MaybeDocument): Document | undefined =>
  before && { ...before, value: String(Number(before.value) + 1) }

const idsOf = (documents: readonly Document[]): readonly string[] => documents.map(({ id }) => id)

/** What every database of documents keeps to; each call of `make` is another one who uses the same. */
export function documentsContract(name: string, make: () => Documents): void {
  const TWENTY = Array.from({ length: 20 })

  describe(`${name} documents`, () => {
    it('come back as they were written', async () => {
      const value = '{"text":"你好 👋🏽 \\"\\u0000\\n$set","__proto__":1}'
      const document = aDocument({ openAt: 1_760_000_000_001, dueAt: 1_760_000_000_002, expiresAt: 7, value })
      const documents = make()
      expect(await documents.get(document.id)).toBeUndefined()
      expect(await documents.add(document)).toBe(true)
      expect([await documents.get(document.id), await make().get(document.id)]).toEqual([document, document])
    })

    it('are added once, whoever adds them at the same time', async () => {
      const { id } = aDocument()
      const added = await Promise.all(TWENTY.map((_, n) => make().add(aDocument({ id, value: String(n) }))))
      expect(added.filter(Boolean)).toHaveLength(1)
      expect(await make().get(id)).toMatchObject({ value: String(added.indexOf(true)) })
    })

    it('are changed, made and removed by what becomes of them', async () => {
      const [documents, document] = [make(), aDocument()]
      const made = await documents.change([document.id], ([before]) => (before === undefined ? [document] : undefined))
      expect([made, await make().get(document.id)]).toEqual([true, document])
      expect(await documents.change([document.id], ([before]) => [counted(before)])).toBe(true)
      expect(await make().get(document.id)).toEqual({ ...document, value: '1' })
      expect(await make().change([document.id], () => undefined)).toBe(false)
      expect(await documents.change([document.id], () => [undefined])).toBe(true)
      expect([await documents.get(document.id), await make().get(document.id)]).toEqual([undefined, undefined])
    })

    it('are not there to remove, and nothing is written of what is left as it was', async () => {
      const [documents, { id }] = [make(), aDocument()]
      expect(await documents.change([id], () => [undefined])).toBe(true)
      expect(await documents.change([id], () => undefined)).toBe(false)
      expect(await documents.change([], () => [])).toBe(true)
      expect(await documents.get(id)).toBeUndefined()
    })

    it('are changed together, in the order in which they are named', async () => {
      const [documents, kept, gone, made] = [make(), aDocument({ value: '1' }), aDocument(), aDocument({ value: '9' })]
      await documents.add(kept)
      await documents.add(gone)
      const seen: (readonly MaybeDocument[])[] = []
      const isDone = await documents.change([made.id, kept.id, gone.id], (before) => {
        seen.push(before)
        return [made, counted(before[1]), undefined]
      })
      expect(isDone).toBe(true)
      expect(seen).toContainEqual([undefined, kept, gone])
      const after = await Promise.all([made, kept, gone].map(({ id }) => documents.get(id)))
      expect(after).toEqual([made, { ...kept, value: '2' }, undefined])
    })

    it('are left as they are, all of them, when nothing becomes of one', async () => {
      const [documents, one, other] = [make(), aDocument(), aDocument()]
      await documents.add(one)
      await documents.add(other)
      expect(await documents.change([one.id, other.id], () => undefined)).toBe(false)
      const failing = documents.change([one.id, other.id], () => {
        throw new Error('changed its mind')
      })
      await expect(failing).rejects.toThrow()
      expect([await make().get(one.id), await make().get(other.id)]).toEqual([one, other])
      expect(await documents.change([one.id, other.id], ([a, b]) => [counted(a), counted(b)])).toBe(true)
    })

    it('lose none of 20 changes at the same time', async () => {
      const document = aDocument()
      await make().add(document)
      const done = await Promise.all(TWENTY.map(() => make().change([document.id], ([before]) => [counted(before)])))
      expect(done).not.toContain(false)
      expect(await make().get(document.id)).toMatchObject({ value: '20' })
    })

    it('lose none of 8 changes of two at the same time, in whatever order these are named', async () => {
      const [one, other] = [aDocument(), aDocument()]
      for (const document of [one, other]) await make().add(document)
      const ids = [one.id, other.id]
      const done = await Promise.all(
        TWENTY.slice(0, 8).map((_, n) =>
          make().change(n % 2 === 0 ? ids : ids.toReversed(), (before) => before.map(counted)),
        ),
      )
      expect(done).not.toContain(false)
      expect([await make().get(one.id), await make().get(other.id)]).toMatchObject([{ value: '8' }, { value: '8' }])
    })

    it('are found by whom they are about, and by being open', async () => {
      const documents = make()
      const { person } = aDocument()
      const mine = [aDocument({ person, openAt: 5 }), aDocument({ person, kind: 'window', state: '' })]
      for (const document of [...mine, aDocument({ openAt: 5 })]) await documents.add(document)
      expect(new Set(await documents.of(person, 'all'))).toEqual(new Set(mine))
      expect(await documents.of(person, 'open')).toEqual([mine[0]])
      expect(await documents.of('nobody', 'all')).toEqual([])
    })

    it('are due from their moment on, the first of them at the front, and no more than were asked for', async () => {
      const documents = make()
      const { person } = aDocument()
      const dues = [3000, 1000, 2000, 2001, 0]
      const all = dues.map((dueAt) => aDocument({ person, dueAt }))
      for (const document of all) await documents.add(document)
      const own = async (now: number, limit: number) =>
        idsOf((await documents.due(millis(now), limit)).filter((document) => document.person === person))
      expect(await own(2000, 10)).toEqual([all[1]?.id, all[2]?.id])
      expect(await own(9999, 3)).toEqual([all[1]?.id, all[2]?.id, all[3]?.id])
      expect(await own(999, 10)).toEqual([])
      await Promise.all(all.map(({ id }) => documents.change([id], () => [undefined])))
    })

    it('are swept away when they have expired, and not before or if never', async () => {
      const documents = make()
      const all = [0, 499, 500, 501].map((expiresAt) => aDocument({ expiresAt }))
      for (const document of all) await documents.add(document)
      await documents.sweep(millis(500))
      const left = await Promise.all(all.map(async ({ id }) => (await make().get(id))?.expiresAt))
      expect(left).toEqual([0, undefined, undefined, 501])
    })
  })
}
