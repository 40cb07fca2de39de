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
 * @typedef {Omit<import('esbuild').BuildOptions, 'write' | 'metafile'>} Host what a runtime can read, and what it brings along
 * @type {Host}
 */
const LAMBDA = { outExtension: { '.js': '.cjs' }, target: 'node20', minify: true }

/**
 * @param {Record<string, string>} entryPoints name of the bundle → its source
 * @param {string} outdir
 * @param {Host} host
 */
export async function bundle(entryPoints, outdir, host = LAMBDA) {
  const { metafile, outputFiles } = await build({
    entryPoints,
    outdir,
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
    metafile: true,
    write: false,
    logLevel: 'warning',
    ...host,
  })
  for (const { path, contents } of outputFiles) writeWhole(path, contents)
  return metafile
}
