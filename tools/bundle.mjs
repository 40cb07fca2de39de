// How a function becomes one CommonJS file.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { build } from 'esbuild'

/**
 * Whoever loads the file meanwhile gets the old one or the new one, whole.
 * @param {string} path
 * @param {string | Uint8Array} content
 */
export function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, content)
  renameSync(draft, path)
}

/**
 * @param {Record<string, string>} entryPoints name of the bundle → its source
 * @param {string} outdir
 */
export async function bundle(entryPoints, outdir) {
  const { metafile, outputFiles } = await build({
    entryPoints,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // ES modules first: they leave 331 kB of the AWS SDK where its CommonJS leaves 525 kB.
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': './tools/env-credentials.mjs',
      'is-unsafe': './tools/no-entity-contexts.mjs',
    },
    charset: 'utf8',
    target: 'node20',
    minify: true,
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  for (const { path, contents } of outputFiles) writeWhole(path, contents)
  return metafile
}
