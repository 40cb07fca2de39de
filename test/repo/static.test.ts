import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'

/** The tools of `npm run check`, so that whoever runs the tests has run them too. */
const TOOLS = { 'format and lint': 'lint', types: 'types', 'unused code': 'unused' }

describe('the sources', () => {
  test.each(Object.entries(TOOLS))('pass %s', { timeout: 120_000 }, (_, script) => {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', script], { encoding: 'utf8' })
    expect(status, `${stdout}${stderr}`).toBe(0)
  })
})
