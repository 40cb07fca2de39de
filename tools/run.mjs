// Runs a TypeScript file of this repository on any Node >= 20: esbuild strips the types, packages stay outside.
import { mkdirSync, rmSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [entry, ...args] = process.argv.slice(2)
if (entry === undefined) throw new Error('usage: node tools/run.mjs <file.ts> [arguments]')

const folder = resolve('node_modules/.cache/weapp-push')
const outfile = resolve(folder, `${basename(entry, '.ts')}-${process.pid}.mjs`)
mkdirSync(folder, { recursive: true })
process.on('exit', () => rmSync(outfile, { force: true }))
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
})
process.argv = [process.execPath, resolve(entry), ...args]
process.setSourceMapsEnabled(true)
await import(pathToFileURL(outfile).href)
