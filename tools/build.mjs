// Bundles every function to dist/<name>.cjs, the file that Lambda, `serverless invoke local` and the local stack all load.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const names = readdirSync('functions').filter((name) => existsSync(`functions/${name}/handler.ts`))

rmSync('dist', { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: Object.fromEntries(names.map((name) => [name, `functions/${name}/handler.ts`])),
  outdir: 'dist',
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
writeFileSync('dist/meta.json', JSON.stringify(metafile))
