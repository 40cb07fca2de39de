import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** The code of the guide: each block names the file that it would be. */
const BLOCKS = new Map(
  [...readFileSync('docs/rules.md', 'utf8').matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)].map(
    ([, path = '', code = '']) => [resolve(path), code],
  ),
)

/** What the compiler says when the files of the guide stand in place of ours. */
function complaintsAbout(blocks: ReadonlyMap<string, string>): readonly string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, '.')
  const host = ts.createCompilerHost(options)
  const files: ts.CompilerHost = {
    ...host,
    fileExists: (path) => blocks.has(resolve(path)) || host.fileExists(path),
    getSourceFile: (path, languageOptions) => {
      const block = blocks.get(resolve(path))
      return block === undefined
        ? host.getSourceFile(path, languageOptions)
        : ts.createSourceFile(path, block, languageOptions)
    },
  }
  return ts
    .getPreEmitDiagnostics(ts.createProgram([...blocks.keys()], options, files))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

describe('docs/rules.md', { timeout: 60_000 }, () => {
  it('holds code that compiles, all of it together', () => {
    expect(BLOCKS.size).toBe(readFileSync('docs/rules.md', 'utf8').split('```ts').length - 1)
    expect(BLOCKS.size).toBeGreaterThan(3)
    expect(complaintsAbout(BLOCKS)).toEqual([])
  })

  it('would not compile with a handler that is not there', () => {
    const misspelt = [...BLOCKS].map(
      ([path, code]) => [path, code.replace("run('askModel'", "run('askModle'")] as const,
    )
    expect(complaintsAbout(new Map(misspelt))).toEqual([expect.stringContaining('\'"askModle"\' is not assignable')])
  })
})
