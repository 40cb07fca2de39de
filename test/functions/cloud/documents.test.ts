import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cloudDocuments } from '../../../functions/cloud/documents.ts'
import { storedOf } from '../../../functions/cloud/stored.ts'
import type { Clock } from '../../../shared/kernel/time.ts'
import { documentMedia } from '../../../shared/store/document-media.ts'
import type { Documents } from '../../../shared/store/documents.ts'
import { aClock } from '../../support/build.ts'
import { aCloudDatabase, type CloudDatabaseWorld } from '../../support/cloud-database.ts'
import { workedDocuments } from '../../support/document-world.ts'
import { aDocument, documentsContract } from '../../support/documents-contract.ts'
import { inboxContract } from '../../support/inbox-contract.ts'
import { mediaContract } from '../../support/media-contract.ts'

let world: CloudDatabaseWorld
beforeAll(async () => {
  world = await aCloudDatabase()
})
afterAll(() => world.close())
afterEach(() => world.gateway.clearFailures())

const COLLECTION = 'weapp_push'
const clock = aClock()
/** As many turns as the dice say. */
async function giveWay(round: number): Promise<void> {
  for (let turns = Math.random() * 2 ** Math.min(round, 10); turns > 0; turns -= 1) await nextTurn()
}
const anInvocation = (at: Clock = clock): Documents =>
  cloudDocuments({ database: world.database(), clock: at, giveWay })

documentsContract('cloud', anInvocation)
inboxContract('documents in the cloud', (at, retention) => workedDocuments(() => anInvocation(at))(at, retention))
mediaContract('documents in the cloud', (at, account, life) => {
  const ids = documentMedia(anInvocation(at), at, life)
  const keyOf = (key: string): string => `${account}${key}`
  return {
    find: (key) => ids.find(keyOf(key)),
    keep: (key, mediaId) => ids.keep(keyOf(key), mediaId),
    forget: (key, mediaId) => ids.forget(keyOf(key), mediaId),
  }
})

const stored = () => world.gateway.database.documents(COLLECTION) ?? []

describe('cloudDocuments', () => {
  it('makes the collection when it is missing, also when two do so at the same time', async () => {
    const { gateway, cloud, close } = await aCloudDatabase()
    const others = () => cloudDocuments({ database: cloud.database({ throwOnNotFound: false }), clock, giveWay })
    // The SDK reads at each call where its gateway is.
    try {
      expect(gateway.database.documents(COLLECTION)).toBeUndefined()
      expect(await Promise.all([others().add(aDocument()), others().get('nobody')])).toEqual([true, undefined])
      expect(gateway.database.documents(COLLECTION)).toHaveLength(1)
    } finally {
      await close()
      Object.assign(process.env, world.gateway.environment())
    }
  })

  it('takes a duplicate for what it is, in whatever words it is told', async () => {
    const document = aDocument()
    await anInvocation().add(document)
    for (const gatewayError of [
      { code: 'DATABASE_DUPLICATE_WRITE', message: 'index key duplicate' },
      { code: 'DATABASE_REQUEST_FAILED', message: 'a new way to say so' },
    ]) {
      world.gateway.database.fail({ path: 'insertDocument', times: 1, gatewayError })
      expect(await anInvocation().add(document)).toBe(false)
    }
    const gatewayError = { code: 'DATABASE_REQUEST_FAILED', message: 'something else' }
    world.gateway.database.fail({ path: 'insertDocument', times: 1, gatewayError })
    await expect(anInvocation().add(aDocument())).rejects.toThrow(/^TABLE_UNAVAILABLE .*errcode=-502001/)
  })

  it.each([
    [{ status: 500 }, -501001],
    [{ reset: true }, -501001],
    [{ gatewayError: { code: 'DATABASE_PERMISSION_DENIED', message: 'no' } }, -502003],
  ])('fails with the database: %j', async (failure, errcode) => {
    const ids: readonly string[] = [randomUUID(), randomUUID()]
    const calls: readonly (() => Promise<unknown>)[] = [
      () => anInvocation().get('a'),
      () => anInvocation().add(aDocument()),
      () => anInvocation().change(ids.slice(1), () => [aDocument()]),
      () => anInvocation().of('a', 'all'),
      () => anInvocation().due(clock(), 1),
      () => anInvocation().sweep(clock()),
    ]
    for (const call of calls) {
      world.gateway.database.fail({ path: '*', times: 1, ...failure })
      await expect(call()).rejects.toThrow(new RegExp(`^TABLE_UNAVAILABLE because=cloud-database errcode=${errcode}`))
    }
    for (const path of ['startTransaction', 'getDocument', 'modifyDocument', 'commitTransaction']) {
      world.gateway.database.fail({ path, times: 1, ...failure })
      const changing = anInvocation().change(ids, () => ids.map((id) => aDocument({ id })))
      await expect(changing).rejects.toThrow(/^TABLE_UNAVAILABLE because=cloud-database/)
    }
    expect(stored().filter(({ _id }) => ids.includes(String(_id)))).toEqual([])
  })

  it('tries again what another transaction has made fail', async () => {
    const gatewayError = { code: 'DATABASE_TRANSACTION_CONFLICT', message: 'Transaction is conflict' }
    const documents = [aDocument(), aDocument()]
    const ids = documents.map(({ id }) => id)
    for (const path of ['modifyDocument', 'commitTransaction']) {
      world.gateway.database.fail({ path, times: 2, gatewayError })
      expect(await anInvocation().change(ids, () => documents)).toBe(true)
    }
    world.gateway.database.fail({ path: 'modifyDocument', times: 20, gatewayError })
    await expect(anInvocation().change(ids, () => documents)).rejects.toThrow('TABLE_UNAVAILABLE because=contention')
  })

  it('writes anew what somebody else has written since it was read', async () => {
    const [mine, document] = [anInvocation(), aDocument()]
    await mine.add(document)
    await anInvocation().change([document.id], () => [{ ...document, value: '5' }])
    const seen: unknown[] = []
    await mine.change([document.id], ([before]) => {
      seen.push(before?.value)
      return before && [{ ...before, value: String(Number(before.value) + 1) }]
    })
    expect([seen, (await anInvocation().get(document.id))?.value]).toEqual([['0', '5'], '6'])
  })

  it('reads on when a person has more than one query gives', async () => {
    const { person } = aDocument()
    const many = Array.from({ length: 1001 }, () => storedOf(aDocument({ person, openAt: 1 }), 1))
    await world.database().collection(COLLECTION).add({ data: many })
    const all = await anInvocation().of(person, 'all')
    expect(new Set(all.map(({ id }) => id)).size).toBe(1001)
    expect(await anInvocation().of(person, 'open')).toHaveLength(1001)
    await anInvocation().sweep(clock())
  })
})
