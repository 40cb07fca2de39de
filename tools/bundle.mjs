// How a function becomes one CommonJS file.
import { build } from 'esbuild'

/**
 * @param {Record<string, string>} entryPoints name of the bundle → its source
 * @param {string} outdir
 */
export async function bundle(entryPoints, outdir) {
  const { metafile } = await build({
    entryPoints,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // ES modules first: they leave 331 kB of the AWS SDK where its CommonJS leaves 525 kB.
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': './tools/env-credentials.mjs' },
    charset: 'utf8',
    target: 'node20',
    minify: true,
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}
