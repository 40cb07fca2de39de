// Bundles every function to dist/<name>.cjs, the file that Lambda, `serverless invoke local` and the local stack all load, and the
// cloud function of WeChat to dist/cloud/.
import { existsSync, readdirSync } from 'node:fs'
import { buildCloud } from './build-cloud.mjs'
import { bundle, writeWhole } from './bundle.mjs'

const names = readdirSync('functions').filter((name) => name !== 'cloud' && existsSync(`functions/${name}/handler.ts`))

const [metafile] = await Promise.all([
  bundle(Object.fromEntries(names.map((name) => [name, `functions/${name}/handler.ts`])), 'dist'),
  buildCloud(),
])
writeWhole('dist/meta.json', JSON.stringify(metafile))
