// Builds the cloud function of WeChat: a folder that DevTools uploads as it stands, and the same with the SDK inside.
import { readFileSync } from 'node:fs'
import { bundle, writeWhole } from './bundle.mjs'

const HANDLER = 'functions/cloud/handler.ts'
const FOLDER = 'dist/cloud/customer-service'

/** The SDK forgets to name mime-db, which a strict installation would then leave out. */
const PACKAGES = ['wx-server-sdk', 'mime-db']

/**
 * The oldest runtime that new functions are offered. Names are not shortened, because stack traces are all that one gets to see; `keepNames`
 * would add nothing but a call for every function, some five milliseconds of a cold start.
 * @type {import('./bundle.mjs').Host}
 */
const CLOUD = { target: 'node16', alias: { 'fast-xml-parser': './tools/no-xml.mjs' } }

/**
 * One function with the SDK beside it, and with the SDK inside.
 * @param {string} entry
 * @param {{ readonly beside: string, readonly inside: string }} folders
 */
export async function bundleCloud(entry, { beside, inside }) {
  return await Promise.all([
    bundle({ index: entry }, beside, { ...CLOUD, external: PACKAGES }),
    bundle({ index: entry }, inside, { ...CLOUD, minifySyntax: true, minifyWhitespace: true }),
  ])
}

/** Writes both folders, and esbuild's metafile of both. */
export async function buildCloud() {
  const [beside, inside] = await bundleCloud(HANDLER, { beside: FOLDER, inside: `${FOLDER}-bundled` })
  describe(FOLDER, pinned(PACKAGES))
  describe(`${FOLDER}-bundled`, {})
  const inputs = { ...inside.inputs, ...beside.inputs }
  writeWhole('dist/cloud/meta.json', JSON.stringify({ inputs, outputs: { ...beside.outputs, ...inside.outputs } }))
}

/**
 * Each function is a package of its own, which is installed where it runs.
 * @param {string} folder
 * @param {Record<string, string>} dependencies
 */
function describe(folder, dependencies) {
  const description = 'Answers what WeChat pushes to a mini program; made by npm run build'
  const { version, license } = manifestOf('.')
  const manifest = {
    name: 'customer-service',
    version,
    description,
    license,
    private: true,
    main: 'index.js',
    dependencies,
  }
  writeWhole(`${folder}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`)
  writeWhole(`${folder}/config.json`, readFileSync('functions/cloud/config.json'))
}

/**
 * What is installed here is what the tests have run, so it is what is installed there.
 * @param {readonly string[]} names
 */
const pinned = (names) => Object.fromEntries(names.map((name) => [name, manifestOf(`node_modules/${name}`).version]))

/** @param {string} folder @returns {{ version: string, license: string }} */
const manifestOf = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
