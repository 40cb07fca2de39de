import { describe, expect, test } from 'vitest'
import { readAhead } from '../../../functions/cloud/read-ahead.ts'
import type { Document, Documents } from '../../../shared/store/documents.ts'
import { windowKey } from '../../../shared/store/key.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { documentId } from '../../../shared/store/push-document.ts'

const PERSON = 'openid#cloud#oBob'
const WINDOW = documentId(windowKey(PERSON))

const aDocument = (id: string, members: Partial<Document> = {}): Document => ({
  id,
  person: PERSON,
  kind: 'push',
  state: 'ready',
  openAt: 1,
  dueAt: 0,
  expiresAt: 0,
  value: '{}',
  ...members,
})

function counted(documents: Documents) {
  const asked: string[] = []
  const counting: Documents = {
    ...documents,
    get: async (id) => {
      asked.push('get')
      return await documents.get(id)
    },
    of: async (person, which) => {
      asked.push('of')
      return await documents.of(person, which)
    },
  }
  return { asked, counting }
}

describe('readAhead', () => {
  test('reads the window and what is open before anybody asks, and once', async () => {
    const memory = memoryDocuments()
    await memory.add(aDocument('earlier'))
    const { asked, counting } = counted(memory)
    const documents = readAhead(counting, { pk: PERSON })
    expect(asked).toEqual(['get', 'of'])
    await documents.get(WINDOW)
    expect(await documents.of(PERSON, 'open')).toMatchObject([{ id: 'earlier' }])
    expect(asked).toEqual(['get', 'of'])
    await documents.get(WINDOW)
    await documents.of(PERSON, 'open')
    expect(asked).toEqual(['get', 'of', 'get', 'of'])
  })

  test('knows what was added since, once', async () => {
    const documents = readAhead(memoryDocuments(), { pk: PERSON })
    await documents.add(aDocument('own'))
    await documents.add(aDocument('window', { openAt: 0 }))
    await documents.add(aDocument('of another', { person: 'openid#cloud#oAnn' }))
    expect((await documents.of(PERSON, 'open')).map(({ id }) => id)).toEqual(['own'])
    expect((await documents.of(PERSON, 'open')).map(({ id }) => id)).toEqual(['own'])
  })

  test('does not add what there was already', async () => {
    const memory = memoryDocuments()
    await memory.add(aDocument('twice'))
    const documents = readAhead(memory, { pk: PERSON })
    expect(await documents.add(aDocument('twice', { value: '[]' }))).toBe(false)
    expect(await documents.of(PERSON, 'open')).toMatchObject([{ id: 'twice', value: '{}' }])
  })

  test('asks for everything else as it is asked', async () => {
    const memory = memoryDocuments()
    await memory.add(aDocument('done', { openAt: 0 }))
    const documents = readAhead(memory, { pk: PERSON })
    expect(await documents.get('done')).toMatchObject({ id: 'done' })
    expect(await documents.of(PERSON, 'all')).toHaveLength(1)
    expect(await documents.of('openid#cloud#oAnn', 'open')).toEqual([])
  })

  test('lets a failure be heard by who asks, and by nobody else', async () => {
    const failing = { ...memoryDocuments(), get: () => Promise.reject(new Error('down')) }
    const documents = readAhead(failing, { pk: PERSON })
    await expect(documents.get(WINDOW)).rejects.toThrow('down')
  })
})
