import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readRequest } from '../../shared/notify/request.ts'
import { firstTemplate } from '../../shared/reply/templates.ts'

const GUIDE = readFileSync('docs/deploy.md', 'utf8')
/** What the guide sends, by the name of the file that stands before it. */
const FILES = new Map<string, unknown>(
  [...GUIDE.matchAll(/`(\S+\.json)`:\n\n```json\n(.*?)```/gs)].map(([, file = '', text = '']) => [
    file,
    JSON.parse(text),
  ]),
)

const listIn = (file: string): readonly unknown[] => {
  const sent = FILES.get(file)
  return Array.isArray(sent) ? sent : []
}

describe('docs/deploy.md', () => {
  it('shows a request, with every member, and a list, and sends what it shows', () => {
    expect([...FILES.keys()]).toEqual(['message.json', 'messages.json'])
    const members = ['data', 'idempotencyKey', 'lang', 'page', 'state', 'template', 'to']
    expect(Object.keys(Object(FILES.get('message.json'))).toSorted()).toEqual(members)
    expect(GUIDE).toContain('--data-binary @message.json')
    expect(GUIDE).toContain("readFileSync('message.json', 'utf8')")
  })

  it('shows requests that are taken, for the template that the demo has first', () => {
    const requests = [FILES.get('message.json'), ...listIn('messages.json')]
    expect(requests).toHaveLength(3)
    for (const request of requests) expect(readRequest(request).message.templateId).toBe(firstTemplate())
  })

  it('names both ways to say who is meant', () => {
    const ways = [...GUIDE.matchAll(/`\{ "(userId|openid)": … \}`/g)].map(([, way = '']) => way)
    expect(ways).toEqual(['userId', 'openid'])
    for (const way of ways) {
      const request = { ...Object(FILES.get('message.json')), to: { [way]: 'alice' } }
      expect(readRequest(request)).toMatchObject({ to: 'alice', toKind: way })
    }
  })

  it('shows a list of which each has a key of its own', () => {
    const keys = listIn('messages.json').map((request) => readRequest(request).idempotencyKey)
    expect(keys).not.toContain(undefined)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('would not pass with a field that the template lacks', () => {
    const [request] = listIn('messages.json')
    const data = { ...Object(request).data, thing9: '?' }
    expect(() => readRequest({ ...Object(request), data })).toThrow(/^TEMPLATE_DATA_INVALID .*thing9/)
  })
})
