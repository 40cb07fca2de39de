// Bundles every function to dist/<name>.cjs, the file that Lambda, `serverless invoke local` and the local stack all load.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { bundle } from './bundle.mjs'

const names = readdirSync('functions').filter((name) => existsSync(`functions/${name}/handler.ts`))

rmSync('dist', { recursive: true, force: true })
const metafile = await bundle(Object.fromEntries(names.map((name) => [name, `functions/${name}/handler.ts`])), 'dist')
writeFileSync('dist/meta.json', JSON.stringify(metafile))
