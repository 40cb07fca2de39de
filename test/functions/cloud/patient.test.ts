import { describe, expect, it } from 'vitest'
import { patient } from '../../../functions/cloud/patient.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import type { Documents } from '../../../shared/store/documents.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { aClock, OPEN_ID } from '../../support/build.ts'
import { LIMIT, someInstances, text } from '../../support/cloud-app.ts'

/** Fails so many calls of each method in a row. */
function failing(times: number, errcode: number, clock = aClock(), takes = 0) {
  let calls = 0
  const fail = async () => {
    calls += 1
    clock.advance(seconds(takes))
    if (calls <= times) throw new Fault('TABLE_UNAVAILABLE', { because: 'cloud-database', errcode })
  }
  const kept = memoryDocuments()
  const documents: Documents = {
    ...kept,
    get: async (id) => fail().then(() => kept.get(id)),
    add: async (document) => fail().then(() => kept.add(document)),
  }
  return { documents: patient(documents, clock), asked: () => calls }
}

describe('patient', () => {
  it.each([-501001, -501002, -604102])('asks once more after %d', async (errcode) => {
    expect(await failing(1, errcode).documents.get('a')).toBeUndefined()
  })

  it('asks no third time', async () => {
    const { documents, asked } = failing(2, -501001)
    await expect(documents.get('a')).rejects.toThrow('TABLE_UNAVAILABLE')
    expect(asked()).toBe(2)
  })

  it.each([-502005, -501003, 0])('does not ask again after %d', async (errcode) => {
    const { documents, asked } = failing(1, errcode)
    await expect(documents.get('a')).rejects.toThrow('TABLE_UNAVAILABLE')
    expect(asked()).toBe(1)
  })

  it('does not ask again after a second', async () => {
    const { documents, asked } = failing(1, -501001, aClock(), 1)
    await expect(documents.get('a')).rejects.toThrow('TABLE_UNAVAILABLE')
    expect(asked()).toBe(1)
  })

  it('adds no second time: whether it was there, or has just been added, nobody would know', async () => {
    const { documents, asked } = failing(1, -501001)
    const document = { id: 'a', person: 'p', kind: 'push', state: 'ready', openAt: 0, dueAt: 0, expiresAt: 0 } as const
    await expect(documents.add({ ...document, value: '{}' })).rejects.toThrow('TABLE_UNAVAILABLE')
    expect(asked()).toBe(1)
  })

  it.each([
    ['before', 2],
    ['after', 2],
    ['after', 1],
    ['after', 3],
  ])('sends once though the database fails once, %s change number %d', async (when, first) => {
    const { anInstance, fail, minutesOf, sent } = someInstances()
    const { app, events } = anInstance()
    fail('change', { when, first })
    await app(text(OPEN_ID, '帮助'), LIMIT)
    expect([sent, events('cloud.broken')]).toEqual([[OPEN_ID], []])
    await minutesOf(app, 12)
    expect(sent).toEqual([OPEN_ID])
  })
})
