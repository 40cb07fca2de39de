import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** Every TypeScript file under the folders, as paths from the root. */
export const sourcesIn = (...folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') || name.endsWith('.mjs'))
      .filter((name) => !name.includes('node_modules'))
      .map((name) => posix.join(folder, name)),
  )

export const sourceOf = (file: string): string => readFileSync(file, 'utf8')

/** The project's own files that a file imports. */
export const importsOf = (file: string): readonly string[] =>
  [...sourceOf(file).matchAll(/(?:from|import) '(\.{1,2}\/[^']+)'/g)].map((match) =>
    join(dirname(file), match[1] ?? ''),
  )
