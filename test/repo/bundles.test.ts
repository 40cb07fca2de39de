import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>
}

const meta: Metafile = JSON.parse(readFileSync('dist/meta.json', 'utf8'))
const inputsOf = (name: string): readonly string[] => Object.keys(meta.outputs[`dist/${name}.cjs`]?.inputs ?? {})
/** The cloud function is no bundle of Lambda's: cloud.test.ts looks at it. */
const FUNCTIONS = readdirSync('functions').filter((name) => name !== 'cloud')

describe.each(FUNCTIONS)('the bundle of %s', (name) => {
  test('holds its own handler', () => {
    expect(inputsOf(name)).toContain(`functions/${name}/handler.ts`)
  })

  test('holds nothing of dev, test, bench or another function', () => {
    const own = inputsOf(name).filter((input) => !input.startsWith('node_modules/'))
    const foreign = own.filter((input) => !/^shared\//.test(input) && !input.startsWith(`functions/${name}/`))
    const substitutes = ['tools/env-credentials.mjs', 'tools/no-entity-contexts.mjs']
    expect(foreign.filter((input) => !substitutes.includes(input))).toEqual([])
  })

  test('is smaller than 400 kB', () => {
    expect(statSync(`dist/${name}.cjs`).size).toBeLessThan(400_000)
  })

  test('leaves the chain of credential files and metadata services out', () => {
    expect(inputsOf(name).filter((input) => /credential-provider-(ini|sso|http|process)|imds/.test(input))).toEqual([])
  })
})
