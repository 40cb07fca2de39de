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
  test('reads the window before anybody asks, and once', async () => {
    const memory = memoryDocuments()
    const { asked, counting } = counted(memory)
    const documents = readAhead(counting, { pk: PERSON })
    expect(asked).toEqual(['get'])
    await memory.add(aDocument('earlier'))
    await documents.get(WINDOW)
    expect(asked).toEqual(['get'])
    // What came while the push was accepted is seen.
    expect(await documents.of(PERSON, 'open')).toMatchObject([{ id: 'earlier' }])
    await documents.get(WINDOW)
    expect(asked).toEqual(['get', 'of', 'get'])
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
