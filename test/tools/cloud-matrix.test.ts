import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** Notes what it is asked to install, and installs a name. */
const NPM = `const { appendFileSync, mkdirSync } = require('node:fs')
const [, , , , draft] = process.argv
const wanted = process.argv.at(-1)
appendFileSync('installed.txt', wanted + '\\n')
if (wanted === process.env.UNAVAILABLE) process.exit(1)
mkdirSync(draft + '/node_modules/' + wanted.split('@')[0], { recursive: true })`

/** Two tests that pass; on the SDK that is named, one fails. */
const VITEST = `import { appendFileSync, writeFileSync } from 'node:fs'
const { CLOUD_NODE, CLOUD_SDK, FAILS } = process.env
appendFileSync('run.txt', CLOUD_NODE + ' ' + CLOUD_SDK + '\\n')
const fails = FAILS !== undefined && CLOUD_SDK.includes(FAILS)
const status = (bad) => (bad ? 'failed' : 'passed')
const assertionResults = [{ status: 'passed', fullName: 'answers' }, { status: status(fails), fullName: 'answers once' }]
const report = { numPassedTests: fails ? 1 : 2, numFailedTests: fails ? 1 : 0, testResults: [{ assertionResults }] }
const [, outputFile] = process.argv.at(-1).split('--outputFile.json=')
if (process.env.NO_TESTS === undefined) writeFileSync(outputFile, JSON.stringify(report))
process.exitCode = fails || process.env.NO_TESTS !== undefined ? 1 : 0`

const FILES = { 'npm.cjs': NPM, 'node_modules/vitest/vitest.mjs': VITEST, 'tools/build.mjs': '' }
const SCRIPT = resolve('tools/cloud-matrix.mjs')
const OWN = process.versions.node
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weapp-push-matrix-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
})

afterEach(() => rmSync(folder, { recursive: true }))

function matrix(env: Readonly<Record<string, string>> = {}) {
  const bare = { PATH: process.env.PATH, npm_execpath: join(folder, 'npm.cjs'), ...env }
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, env: bare, encoding: 'utf8' })
  return { status, stdout }
}

const linesOf = (name: string): readonly string[] => readFileSync(join(folder, name), 'utf8').trim().split('\n')

describe('npm run test:cloud-matrix', () => {
  it('runs the tests on each runtime with each SDK', () => {
    const { status, stdout } = matrix()
    expect(status).toBe(0)
    const pairs = ['16.13.2', '18.15.0', OWN].flatMap((node) => ['4.0.2', '3.0.1', '2.6.3'].map((sdk) => [node, sdk]))
    for (const [node, sdk] of pairs) expect(stdout).toContain(`| ${node} | ${sdk} | 2 | 0 | ✓ |`)
    const runs = linesOf('run.txt')
    expect(new Set(runs).size).toBe(9)
    expect(runs[0]).toMatch(/node-[a-z]+-\w+-16\.13\.2\/\S+ \S+\/wx-server-sdk-4\.0\.2\/node_modules$/)
    expect(runs[8]).toMatch(new RegExp(`^${process.execPath} \\S+/wx-server-sdk-2\\.6\\.3/node_modules$`))
  })

  it('installs each of them once', () => {
    matrix()
    matrix()
    const runtime = `node-${process.platform}-${process.arch}`
    const sdks = ['4.0.2', '3.0.1', '2.6.3'].map((version) => `wx-server-sdk@${version}`)
    expect(linesOf('installed.txt').toSorted()).toEqual(
      [`${runtime}@16.13.2`, `${runtime}@18.15.0`, ...sdks].toSorted(),
    )
  })

  it('takes nothing for installed that failed half-way', () => {
    expect(matrix({ UNAVAILABLE: 'wx-server-sdk@3.0.1' }).status).toBe(1)
    expect(matrix().status).toBe(0)
    expect(linesOf('installed.txt').filter((name) => name === 'wx-server-sdk@3.0.1')).toHaveLength(2)
  })

  it('names what fails, where, and how to run it alone', () => {
    const { status, stdout } = matrix({ FAILS: '3.0.1' })
    expect(status).toBe(1)
    expect(stdout.match(/\| 3\.0\.1 \| 1 \| 1 \| ✗ \|/g)).toHaveLength(3)
    expect(stdout.match(/✓ \|/g)).toHaveLength(6)
    expect(stdout).toMatch(
      /✗ answers once\n {2}CLOUD_NODE=\S+ CLOUD_SDK=\S+3\.0\.1\S+ npx vitest run test\/functions\/cloud/,
    )
  })

  it('does not take no tests for tests that pass', () => {
    const { status, stdout } = matrix({ NO_TESTS: '1' })
    expect(status).toBe(1)
    expect(stdout).not.toContain('✓')
  })
})
