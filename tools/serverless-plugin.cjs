// What the `serverless` command does for this project: it bundles before packaging, starts every function once with its settings
// before deploying, and gives `invoke local` the environment of the running local stack.
const { execFileSync, spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')

/**
 * The part of the framework that is used here.
 * @typedef {Record<string, string>} Variables
 * @typedef {{ handler: string, environment: Variables }} Declared
 * @typedef {{ functions: Record<string, Declared>, getFunction(name: string): Declared }} Service
 * @typedef {{ commands: string[], options: { function: string } }} Input
 * @typedef {new (message: string, code: string, options: { cause?: unknown }) => Error} ErrorClass
 * @typedef {{ log: { notice(text: string): void } }} Utils
 * @typedef {{ service: Service, processedInput: Input, classes: { Error: ErrorClass } }} Serverless
 */

const STACK_FILE = process.env.WX_STACK_FILE ?? '.wx/stack.json'

/** An event in a file was signed once, long ago. On a laptop, and nowhere else, it may be as old as it is. */
const AGELESS = { PUSH_RETENTION_HOURS: '87600' }

/** Credentials that would go before the stack's own. */
const FOREIGN_CREDENTIALS = ['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE']

const IM_IS_OFF =
  'IM_SDK_APP_ID is not set: /im, /send and /login are not deployed. 未设置 IM_SDK_APP_ID，不会部署 /im、/send、/login。'

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/

const bundle = () =>
  void execFileSync(process.execPath, ['tools/build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] })

module.exports = class WeappPushPlugin {
  /**
   * @param {Serverless} serverless
   * @param {unknown} _ the options of the command
   * @param {Utils} utils
   */
  constructor(serverless, _, { log }) {
    this.serverless = serverless
    this.log = log
    this.hooks = {
      initialize: () => {
        if (serverless.processedInput.commands.join(' ') === 'invoke local') this.lendStackEnvironment()
      },
      'before:invoke:local:invoke': bundle,
      'before:package:createDeploymentArtifacts': bundle,
      'before:deploy:deploy': () => this.tryFunctions(this.functionsInUse()),
      'before:deploy:function:initialize': () => this.tryFunctions([serverless.processedInput.options.function]),
      'before:deploy:function:packageFunction': bundle,
    }
  }

  /** Without Tencent IM nothing leads to its functions (infra/im.yml), and they need not start. */
  functionsInUse() {
    const all = Object.entries(this.serverless.service.functions)
    const used = all.filter(([, { environment }]) => !lacksIm(environment)).map(([name]) => name)
    if (used.length < all.length) this.log.notice(IM_IS_OFF)
    return used
  }

  /**
   * A function that cannot start refuses every push; better that the deployment is refused.
   * @param {readonly string[]} names
   */
  tryFunctions(names) {
    bundle()
    const problems = names.flatMap((name) => {
      const { handler, environment } = this.serverless.service.getFunction(name)
      const problem = problemAtStart(handler, environment)
      return problem === undefined ? [] : [`function ${name}: ${problem}`]
    })
    if (problems.length === 0) return
    throw this.error(
      'SETTINGS_REFUSED',
      'Nothing was deployed: these functions would not start. Steps 2 and 10 (Tencent IM) of docs/deploy.md set the settings.',
      `尚未部署：以下函数无法启动，配置方法见 docs/deploy.md 第 2 步，IM 见第 10 步。\n${problems.join('\n')}`,
    )
  }

  lendStackEnvironment() {
    const environment = { ...this.stackEnvironment(), ...AGELESS }
    for (const name of FOREIGN_CREDENTIALS) delete process.env[name]
    Object.assign(process.env, environment)
    for (const declared of Object.values(this.serverless.service.functions)) {
      declared.environment = { ...declared.environment, ...environment }
    }
  }

  /** @returns {Variables} */
  stackEnvironment() {
    const { pid, env } = this.readStackFile()
    if (!isAlive(pid)) throw this.noStack()
    if (env && LOOPBACK.test(env.AWS_ENDPOINT_URL_DYNAMODB ?? '')) return env
    throw this.error(
      'STACK_FILE_UNKNOWN',
      `${STACK_FILE} names no table on this machine; stop the local stack and run npm start again.`,
      `${STACK_FILE} 未指明本机的数据表：请停止本地环境后重新运行 npm start。`,
    )
  }

  /** @returns {{ pid: number, env?: Variables }} */
  readStackFile() {
    try {
      return JSON.parse(readFileSync(STACK_FILE, 'utf8'))
    } catch (cause) {
      throw this.noStack(cause)
    }
  }

  /** @param {unknown} [cause] */
  noStack(cause) {
    return this.error(
      'STACK_NOT_RUNNING',
      'no local stack is running here; run npm start in another terminal, then this command again.',
      '本地环境未运行：请先在另一个终端运行 npm start，再执行本命令。',
      cause,
    )
  }

  /**
   * @param {string} code
   * @param {string} english
   * @param {string} chinese
   * @param {unknown} [cause]
   */
  error(code, english, chinese, cause) {
    return new this.serverless.classes.Error(`${code}: ${english} ${chinese}`, code, { cause })
  }
}

/**
 * Of a function that needs Tencent IM. Who has set one thing of it means to use it, and is told what is missing.
 * @param {Variables} environment
 */
const lacksIm = ({ IM_SDK_APP_ID, IM_SECRET_KEY, IM_CALLBACK_TOKEN }) =>
  IM_SDK_APP_ID === '' && !IM_SECRET_KEY && !IM_CALLBACK_TOKEN

/**
 * Loads the bundle in a process of its own, with the environment that it will have; what it complains about, if anything.
 * @param {string} handler
 * @param {Variables} environment
 */
function problemAtStart(handler, environment) {
  const script = 'try { require(process.argv[1]) } catch (e) { process.stderr.write(e.message); process.exitCode = 1 }'
  const bundled = `./${handler.slice(0, handler.lastIndexOf('.'))}.cjs`
  const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, bundled], {
    env,
    encoding: 'utf8',
    timeout: 10_000,
  })
  return status === 0 ? undefined : stderr
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    // Somebody else's process is alive too.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}
