// Bundles every function to dist/<name>.cjs, the file that Lambda, `serverless invoke local` and the local stack all load.
import { existsSync, readdirSync } from 'node:fs'
import { bundle, writeWhole } from './bundle.mjs'

const names = readdirSync('functions').filter((name) => existsSync(`functions/${name}/handler.ts`))

const metafile = await bundle(Object.fromEntries(names.map((name) => [name, `functions/${name}/handler.ts`])), 'dist')
writeWhole('dist/meta.json', JSON.stringify(metafile))
