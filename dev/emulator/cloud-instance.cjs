// One instance of a cloud function, as SCF's runtime runs it: a process that loads the folder and handles one event at a time.
// Runs on the oldest Node that the platform has.
'use strict'

/** @typedef {{ json: string, environment: Record<string, string>, context: Record<string, unknown> }} Invocation */

/** @param {Record<string, unknown>} message */
const tell = (message) => process.send !== undefined && process.connected && process.send(message)

/** What was written is on its way before its end is told. @param {Record<string, unknown>} message */
const end = (message) => process.stdout.write('', () => process.stderr.write('', () => tell(message)))

/** @param {unknown} error */
function fail(error) {
  const { name, message, stack, errCode, errMsg } = Object(error)
  const text = message === undefined ? String(error) : String(message)
  console.error(stack === undefined ? text : stack)
  end({ kind: 'failed', error: { name: String(name === undefined ? 'Error' : name), message: text, errCode, errMsg } })
}

/** The names that the invocation before this one has set. @type {string[]} */
let names = []

/** @param {Record<string, string>} environment */
function enter(environment) {
  for (const name of names) delete process.env[name]
  names = Object.keys(environment)
  Object.assign(process.env, environment)
}

/** @param {(event: unknown, context: unknown) => unknown} main @param {Invocation} invocation */
async function handle(main, { json, environment, context }) {
  enter(environment)
  const result = await main(JSON.parse(json), context)
  const answer = JSON.stringify(result)
  end({ kind: 'done', json: answer === undefined ? 'null' : answer })
}

try {
  const { main } = require(String(process.argv[2]))
  if (typeof main !== 'function') throw new TypeError('index.js exports no function named main')
  process.on('message', (invocation) => void handle(main, /** @type {Invocation} */ (invocation)).catch(fail))
  tell({ kind: 'ready' })
} catch (error) {
  fail(error)
}
