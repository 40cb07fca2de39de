import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../bench/report.ts'

const run = promisify(execFile)

const byValue = (left: number, right: number): number => left - right

describe('npm run bench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-push-bench-test-'))
  const file = join(folder, 'bench.json')
  let report: Report
  let printed: string

  beforeAll(async () => {
    const { stdout } = await run(process.execPath, ['tools/run.mjs', 'bench/main.ts', '--quick', '--json', file])
    report = JSON.parse(readFileSync(file, 'utf8'))
    printed = stdout
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('says when and where it ran', () => {
    const { date, node, cpu, cores } = report.environment
    expect(Number.isNaN(Date.parse(date))).toBe(false)
    expect(node).toBe(process.version)
    expect(cpu).not.toBe('')
    expect(cores).toBeGreaterThan(0)
  })

  test('measures both formats, plain and safe', () => {
    const measured = report.receive.map(({ format, mode }) => `${format} ${mode}`)
    expect(measured).toEqual(['json plaintext', 'json safe', 'xml plaintext', 'xml safe'])
    for (const { opsPerSecond, bodyBytes } of report.receive) {
      expect(bodyBytes).toBeGreaterThan(100)
      expect(opsPerSecond.bareCrypto).toBeGreaterThan(opsPerSecond.receivePush ?? Number.NaN)
    }
  })

  test('shares out the whole receive path', () => {
    for (const { rooms } of report.receive) {
      expect(rooms.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    }
    const safe = report.receive.find(({ mode }) => mode === 'safe')
    const names = ['query', 'outer body', 'signature', 'decryption', 'parsing', 'typing', 'rest']
    expect(safe?.rooms.map(({ room }) => room)).toEqual(names)
  })

  test('starts processes that accept a push and that answer one', () => {
    const { millis, ratio, bundleBytes } = report.start
    expect(millis.put).toBeGreaterThan(0)
    expect(millis.process).toBeGreaterThan(0)
    expect(ratio).toBeCloseTo(millis.push / millis.put)
    expect(bundleBytes.push).toBeLessThan(400_000)
    expect(bundleBytes.tick).toBeLessThan(bundleBytes.process)
  })

  test('starts cloud functions that answer, with the SDK beside them and inside', () => {
    for (const [packing, { millis, ratio, bundleBytes }] of Object.entries(report.cloud.packings)) {
      for (const { reply, answer } of Object.values(millis))
        expect([0, reply, answer]).toEqual([0, reply, answer].toSorted(byValue))
      expect(ratio.reply).toBeCloseTo(millis.ours.reply / millis.tenLines.reply)
      expect(bundleBytes.ours).toBeGreaterThan(bundleBytes.tenLines)
      expect(printed).toMatch(new RegExp(`^\\| ${packing} \\| `, 'm'))
    }
  })

  test('reckons what a message and a month cost', () => {
    const { cases, notices, bill, months } = report.cost
    for (const { name } of [...cases, ...notices, ...bill]) expect(printed).toContain(name)
    expect(Object.keys(months)).toEqual(['10000', '1000000', '100000000'])
  })

  test('has callbacks of Tencent IM answered, also while its API hangs', () => {
    const { perSecond, seconds, answering, hanging } = report.im
    for (const { callbacks, p50, p99, longest } of [answering, hanging]) {
      expect(callbacks).toBe(perSecond * seconds)
      expect([p50, p99, longest]).toEqual([p50, p99, longest].toSorted((left, right) => left - right))
      expect(p50).toBeGreaterThan(0)
    }
    expect(printed).toMatch(/^\| hangs \| /m)
  })

  test('holds the figures against the targets and prints them', () => {
    expect(report.targets.map(({ name }) => name)).toContain('safe JSON: ours / crypto alone')
    for (const { name, value } of report.targets) {
      expect(value).toBeGreaterThan(0)
      expect(printed).toContain(name)
    }
  })
})
