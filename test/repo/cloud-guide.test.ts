import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { KINDS } from '../../shared/wechat/message.ts'

const GUIDE = readFileSync('docs/cloud-function.md', 'utf8')
const jsonOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** The cells of each row between two headings. */
const rowsOf = (heading: string): ReadonlyArray<readonly string[]> => {
  const [, after = ''] = GUIDE.split(`\n## ${heading}`)
  const [section = ''] = after.split('\n## ')
  return [...section.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
}
const codesIn = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

describe('docs/cloud-function.md', () => {
  it('names kinds of ours as what arrives, each once', () => {
    const arriving = rowsOf('5.').flatMap(([, , arrives]) => codesIn(arrives))
    expect(arriving.length).toBeGreaterThan(12)
    expect(new Set(arriving).size).toBe(arriving.length)
    expect(arriving.filter((kind) => !(KINDS as readonly string[]).includes(kind))).toEqual([])
  })

  it('names the folders that are built', () => {
    const folders = rowsOf('3.').flatMap(([folder]) => codesIn(folder))
    expect(folders).toEqual(['dist/cloud/customer-service/', 'dist/cloud/customer-service-bundled/'])
    for (const folder of folders) expect(existsSync(join(folder, 'index.js'))).toBe(true)
  })

  it('names commands that there are', () => {
    const { scripts } = jsonOf('package.json')
    const named = [...GUIDE.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => script)
    expect(named).toContain('upload:cloud')
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([])
  })

  it('names the same version of miniprogram-ci as the script', () => {
    const named = (text: string) => [...text.matchAll(/miniprogram-ci@([\d.]+)/g)].map(([, version]) => version)
    const [asked] = named(readFileSync('tools/upload-cloud.mjs', 'utf8'))
    expect(new Set(named(GUIDE))).toEqual(new Set([asked]))
  })

  it('has in Chinese what it has in English', () => {
    const sections = GUIDE.split('\n## ').slice(1)
    expect(sections).toHaveLength(10)
    expect(
      sections.filter((section) => !/^>.*\p{Script=Han}/mu.test(section) && !/\|.*\p{Script=Han}.*\|/u.test(section)),
    ).toEqual([])
  })
})

describe('samples/cloud', () => {
  const PROJECT = 'samples/cloud/project.config.json'
  const { cloudfunctionRoot, miniprogramRoot } = jsonOf(PROJECT)
  const at = (path: string): string => join(dirname(PROJECT), path)

  it('leads DevTools to the built function', () => {
    expect(GUIDE).toContain(`\`${cloudfunctionRoot}\``)
    expect(existsSync(at(`${cloudfunctionRoot}customer-service/index.js`))).toBe(true)
  })

  it('is a mini program whose pages exist', () => {
    const { pages } = jsonOf(at(`${miniprogramRoot}app.json`))
    expect(pages.length).toBeGreaterThan(0)
    for (const page of pages) {
      for (const kind of ['js', 'json', 'wxml']) expect(existsSync(at(`${miniprogramRoot}${page}.${kind}`))).toBe(true)
    }
  })
})
