import { readFileSync, statSync } from 'node:fs'
import { transform } from 'esbuild'
import { describe, expect, it, test } from 'vitest'
import { newerThanNode16 } from './newer-node.ts'
import { sourceOf, sourcesIn } from './sources.ts'

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>
}

const FOLDER = 'dist/cloud/customer-service'
const VARIANTS = [FOLDER, `${FOLDER}-bundled`]
const jsonOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'))
const codeOf = (folder: string): string => readFileSync(`${folder}/index.js`, 'utf8')
const META: Metafile = jsonOf('dist/cloud/meta.json')
const inputsOf = (folder: string): readonly string[] => Object.keys(META.outputs[`${folder}/index.js`]?.inputs ?? {})

/** Each call `openapi.x.y(` in a text, however `openapi` was come by. */
const callsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\bopenapi\s*(?:\([^)]*\))?\s*\.\s*(\w+)\s*\.\s*(\w+)\s*\(/g)].map(nameOf)),
]
const nameOf = ([, space = '', call = '']: RegExpMatchArray): string => `${space}.${call}`

describe.each(VARIANTS)('%s', (folder) => {
  it('is a folder that can be uploaded', () => {
    expect(codeOf(folder)).toMatch(/module\.exports\s?=\s?__toCommonJS/)
    expect(codeOf(folder)).toMatch(/main:\s?\(\)\s?=>\s?main/)
    expect(jsonOf(`${folder}/package.json`)).toMatchObject({ main: 'index.js', private: true })
    expect(jsonOf(`${folder}/package.json`)).not.toHaveProperty('type')
  })

  it('may call what the sources call, and nothing else', () => {
    const allowed: readonly string[] = jsonOf(`${folder}/config.json`).permissions.openapi
    const called = [...new Set(sourcesIn('functions/cloud').flatMap((file) => callsIn(sourceOf(file))))]
    expect(allowed.toSorted()).toEqual(called.toSorted())
    expect(allowed).toContain('customerServiceMessage.send')
  })

  it('is woken every minute', () => {
    const every = { name: 'due', type: 'timer', config: '0 * * * * * *' }
    expect(jsonOf(`${folder}/config.json`).triggers).toEqual([every])
  })

  it('holds its handler, and nothing of dev, test, bench or another function', () => {
    const own = inputsOf(folder).filter((input) => !input.startsWith('node_modules/'))
    expect(own).toContain('functions/cloud/handler.ts')
    const substitutes = ['tools/no-xml.mjs']
    expect(
      own.filter((input) => !/^(?:shared|functions\/cloud)\//.test(input) && !substitutes.includes(input)),
    ).toEqual([])
  })

  it('holds nothing of AWS, neither its SDK nor our own adapters', () => {
    expect(inputsOf(folder).filter((input) => /aws|smithy|dynamo|serverless|lambda/.test(input))).toEqual([])
  })

  it('is written in the language of Node 16', async () => {
    const code = codeOf(folder)
    const [lowered, as] = await Promise.all([
      transform(code, { target: 'node16' }),
      transform(code, { target: 'esnext' }),
    ])
    expect(lowered.warnings).toEqual([])
    expect(lowered.code === as.code).toBe(true)
  })
})

describe('the bundle beside the SDK', () => {
  it('leaves the SDK outside, in the version that is tested, and what the SDK forgets to name', () => {
    expect(inputsOf(FOLDER).filter((input) => /wx-server-sdk|@cloudbase|mime-db/.test(input))).toEqual([])
    const { devDependencies } = jsonOf('package.json')
    const { dependencies } = jsonOf(`${FOLDER}/package.json`)
    for (const name of ['wx-server-sdk', 'mime-db']) {
      expect(dependencies[name]).toBe(jsonOf(`node_modules/${name}/package.json`).version)
      expect(dependencies[name]).toBe(devDependencies[name])
    }
    expect(Object.keys(dependencies)).toHaveLength(2)
  })

  it('uses nothing that Node 16 lacks', async () => {
    expect(await newerThanNode16(codeOf(FOLDER))).toEqual([])
  })

  it('is smaller than 400 kB', () => {
    expect(statSync(`${FOLDER}/index.js`).size).toBeLessThan(400_000)
  })
})

describe('the bundle with the SDK inside', () => {
  it('has nothing to install', () => {
    expect(jsonOf(`${FOLDER}-bundled/package.json`).dependencies).toEqual({})
    expect(inputsOf(`${FOLDER}-bundled`)).toContain('node_modules/wx-server-sdk/index.js')
    expect(codeOf(`${FOLDER}-bundled`)).not.toMatch(/require\("(?:wx-server-sdk|mime-db)"\)/)
  })

  it('is smaller than 2 MB', () => {
    expect(statSync(`${FOLDER}-bundled/index.js`).size).toBeLessThan(2_000_000)
  })
})

describe('newerThanNode16', () => {
  const section = (code: string): Promise<readonly string[]> =>
    newerThanNode16(`"use strict";\n// shared/x.ts\n${code}\n`)

  test.each([
    ['fetch(url)', 'fetch (Node 18)'],
    ['globalThis.fetch(url)', 'fetch (Node 18)'],
    ['a = { signal: AbortSignal.timeout(3) }', 'AbortSignal.timeout (Node 16.14)'],
    ['new DOMException("late", "TimeoutError")', 'DOMException (Node 17)'],
    ['URL.canParse(url)', 'URL.canParse (Node 18.17)'],
    ['list.findLast(isOld)', '.findLast( (Node 18)'],
    ['list.toSorted()', '.toSorted( (Node 20)'],
    ['(0, import_node_crypto.hash)("sha1", text)', 'import_node_crypto.hash (Node 20.12)'],
    ['throw deadline.signal.reason', 'signal.reason (Node 16.14)'],
  ])('sees %s', async (code, use) => {
    expect(await section(code)).toEqual([`shared/x.ts: ${use}`])
  })

  test.each([
    'async function request(fetch, url) { return await fetch(url) }',
    'deps.fetch(url)',
    'class Response {}\nnew Response()',
    'Object.hasOwn(a, "b") && a.at(-1)',
    'new AbortController().signal',
  ])('takes %s for what it is', async (code) => {
    expect(await section(code)).toEqual([])
  })
})
