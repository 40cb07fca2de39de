// Uploads the built cloud function with miniprogram-ci, which who wants it installs: it is 276 MB.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

const INSTALL = 'npm i --no-save miniprogram-ci@2.1.42'
const PROJECT = 'samples/cloud'

/** @satisfies {import('node:util').ParseArgsConfig['options']} */
const OPTIONS = {
  appid: { type: 'string' },
  env: { type: 'string' },
  key: { type: 'string' },
  name: { type: 'string', default: 'customer-service' },
  'bundle-sdk': { type: 'boolean', default: false },
}

/** Each of the three that nobody can guess: its option, its variable, what is said without it. */
const NEEDED = [
  ['appid', 'WECHAT_APP_ID', 'the AppID is missing 缺少小程序 AppID'],
  ['env', 'CLOUD_ENV', 'the id of the cloud environment is missing 缺少云环境 ID'],
  ['key', 'UPLOAD_KEY_PATH', 'the file of the code upload key is missing 缺少代码上传密钥文件'],
]

/**
 * The part of miniprogram-ci that is used here.
 * @typedef {{ project: object, env: string, name: string, path: string, remoteNpmInstall: boolean }} Upload
 * @typedef {{ filesCount?: number, packSize?: number }} Uploaded
 * @typedef {new (options: { appid: string, type: string, projectPath: string, privateKeyPath: string }) => object} ProjectClass
 * @typedef {{ Project: ProjectClass, cloud: { uploadFunction(upload: Upload): Promise<Uploaded> } }} Ci
 */

/** What is wrong with how it was called: said in one line, without a stack. */
class Refused extends Error {}

/** @param {readonly string[]} args */
async function upload(args) {
  const { appid, env, key, name, bundled } = wishes(args)
  const path = resolve(bundled ? 'dist/cloud/customer-service-bundled' : 'dist/cloud/customer-service')
  if (!existsSync(path)) throw new Refused(`${path} is missing: npm run build 请先运行 npm run build`)
  if (!existsSync(key)) throw new Refused(`${key}: no such file 找不到密钥文件 (UPLOAD_KEY_PATH)`)
  const ci = installed()
  const project = new ci.Project({
    appid,
    type: 'miniProgram',
    projectPath: resolve(PROJECT),
    privateKeyPath: resolve(key),
  })
  console.log(
    `"${name}" must exist in ${env}: miniprogram-ci would create it with Node 8.9 and 3 s, and no runtime can be changed later. See docs/cloud-function.md.\n` +
      `云函数“${name}”须已在环境 ${env} 中创建：由 miniprogram-ci 新建的函数固定为 Node 8.9、超时 3 秒，运行环境之后无法更改，详见 docs/cloud-function.md。`,
  )
  const { filesCount = '?', packSize = '?' } = await ci.cloud.uploadFunction({
    project,
    env,
    name,
    path,
    remoteNpmInstall: !bundled,
  })
  console.log(`✓ uploaded 已上传: ${name} → ${env}, ${filesCount} files, ${packSize} bytes`)
  console.log(
    'Permissions and the timer of config.json are applied by DevTools alone 云调用权限与定时触发器只能由开发者工具上传',
  )
}

/** @param {readonly string[]} args */
function wishes(args) {
  const file = process.env.WX_ENV_FILE ?? '.env'
  if (existsSync(file)) process.loadEnvFile(file)
  const values = optionsIn(args)
  const [appid = '', env = '', key = ''] = NEEDED.map(([option = '', variable = '']) =>
    String(values[option] ?? process.env[variable] ?? ''),
  )
  const given = [appid, env, key]
  const missing = NEEDED.filter((_, at) => given[at] === '')
  if (missing.length > 0) {
    throw new Refused(missing.map(([option, variable, words]) => `--${option} or ${variable}: ${words}`).join('; '))
  }
  return { appid, env, key, name: String(values.name), bundled: values['bundle-sdk'] === true }
}

/**
 * @param {readonly string[]} args
 * @returns {Readonly<Record<string, string | boolean | undefined>>}
 */
function optionsIn(args) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (cause) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`)
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new Refused(`${words}; the options are 可用的选项: ${known.join(' ')}`, { cause })
  }
}

/** @returns {Ci} */
function installed() {
  const require = createRequire(resolve('package.json'))
  try {
    require.resolve('miniprogram-ci')
  } catch (cause) {
    throw new Refused(`miniprogram-ci is not installed 未安装 miniprogram-ci: ${INSTALL}`, { cause })
  }
  return require('miniprogram-ci')
}

try {
  await upload(process.argv.slice(2))
} catch (cause) {
  console.error(cause instanceof Refused ? `upload:cloud: ${cause.message}` : cause)
  process.exitCode = 1
}
