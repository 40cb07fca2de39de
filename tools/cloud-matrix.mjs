// Runs the tests of the cloud function on the runtimes and versions of the SDK that are in use. What it needs it installs, once.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

const CACHE = resolve('node_modules/.cache/weapp-push/cloud-matrix')
const TESTS = 'test/functions/cloud'
/** Not where other runs of the tests write theirs. */
const REPORT = resolve(CACHE, 'report.json')

/** 4.0.2 is what we pin; 3.0 and 2.6 are what templates of functions name. */
const SDKS = ['4.0.2', '3.0.1', '2.6.3']
/** What the console offers, oldest first, and this one. */
const NODES = ['16.13.2', '18.15.0', process.versions.node]

const PLATFORM = process.platform === 'win32' ? 'win' : process.platform
const BINARY = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'

/**
 * The node_modules folder that holds the package, and what it needs.
 * @param {string} name
 * @param {string} version
 */
function installed(name, version) {
  const folder = resolve(CACHE, `${name}-${version}`)
  if (!existsSync(folder)) {
    console.log(`installing 正在安装 ${name}@${version} …`)
    // Nothing that was interrupted half-way is taken for whole.
    const draft = `${folder}.${process.pid}`
    mkdirSync(draft, { recursive: true })
    npm('install', '--prefix', draft, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`)
    renameSync(draft, folder)
  }
  return resolve(folder, 'node_modules')
}

/** @param {readonly string[]} args */
function npm(...args) {
  const cli = process.env.npm_execpath
  const [command, first] = cli === undefined ? ['npm', []] : [process.execPath, [cli]]
  execFileSync(command, [...first, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** @param {string} version */
function binaryOf(version) {
  if (version === process.versions.node) return process.execPath
  const name = `node-${PLATFORM}-${process.arch}`
  return resolve(installed(name, version), name, BINARY)
}

/**
 * @param {string} node
 * @param {string} sdk
 */
function run(node, sdk) {
  const variables = { CLOUD_NODE: binaryOf(node), CLOUD_SDK: installed('wx-server-sdk', sdk) }
  rmSync(REPORT, { force: true })
  const args = ['node_modules/vitest/vitest.mjs', 'run', TESTS, '--reporter=json', `--outputFile.json=${REPORT}`]
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...variables },
    encoding: 'utf8',
  })
  const { passed, failed, names } = existsSync(REPORT) ? resultsInReport() : { passed: 0, failed: 0, names: [stderr] }
  const isGood = status === 0 && failed === 0 && passed > 0
  return { node, sdk, passed, failed, names, variables, isGood }
}

function resultsInReport() {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(REPORT, 'utf8'))
  /** @type {{ status: string, fullName: string }[]} */
  const all = testResults.flatMap((/** @type {{ assertionResults: object[] }} */ file) => file.assertionResults)
  const names = all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  return { passed: Number(numPassedTests), failed: Number(numFailedTests), names }
}

mkdirSync(CACHE, { recursive: true })
execFileSync(process.execPath, ['tools/build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] })
const rows = NODES.flatMap((node) => SDKS.map((sdk) => run(node, sdk)))

console.log('\n| Node | wx-server-sdk | passed 通过 | failed 失败 | |\n|---|---|--:|--:|---|')
for (const { node, sdk, passed, failed, isGood } of rows) {
  console.log(`| ${node} | ${sdk} | ${passed} | ${failed} | ${isGood ? '✓' : '✗'} |`)
}
for (const { names, variables } of rows.filter(({ isGood }) => !isGood)) {
  const again = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  console.log(`\n${names.map((name) => `✗ ${name}\n`).join('')}  ${again.join(' ')} npx vitest run ${TESTS}`)
}
process.exitCode = rows.every(({ isGood }) => isGood) ? 0 : 1
