// One instance of a function, as Lambda's runtime runs it: a Worker that loads the bundle and handles one event at a time.
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

/** @typedef {{ kind: 'done', json: string } | { kind: 'failed', type: string, message: string }} Answer */
/** @typedef {{ kind: 'log', text: string }} LogText */
/** @typedef {{ json: string, deadlineMs: number, context: Record<string, string> }} Invocation */
/** @typedef {(event: unknown, context: unknown) => unknown} Handler */

if (parentPort === null) throw new Error('dev/emulator/instance.mjs is the file of a Worker')
const port = parentPort

/** @param {Answer | LogText} message */
const tell = (message) => port.postMessage(message)

// Through the port and not through the Worker's pipes: what is written stands in the log before the answer is given.
for (const stream of [process.stdout, process.stderr]) {
  /** @param {Uint8Array | string} chunk @param {unknown} [encoding] @param {unknown} [done] */
  const write = (chunk, encoding, done) => {
    tell({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() })
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') queueMicrotask(() => callback())
    return true
  }
  Object.assign(stream, { write })
}

// What a bundle reads as the time is the stack's time, which can be moved; timers and deadlines stay real.
const realNow = Date.now
const offsetMs = new BigInt64Array(workerData.clock)
const stackNow = () => realNow() + Number(Atomics.load(offsetMs, 0))
const StackDate = new Proxy(Date, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [stackNow()] : args, made),
  apply: () => new Date(stackNow()).toString(),
})
Object.assign(Date, { now: stackNow })
Object.defineProperty(Date.prototype, 'constructor', { value: StackDate })
globalThis.Date = StackDate

class RuntimeError extends Error {
  /** @param {string} type @param {string} message */
  constructor(type, message) {
    super(message)
    this.name = type
  }
}

/** @param {unknown} error */
function fail(error) {
  const { name, message, stack } = error instanceof Error ? error : new RuntimeError('Error', String(error))
  process.stderr.write(`${JSON.stringify({ errorType: name, errorMessage: message, stack: stack?.split('\n') })}\n`)
  tell({ kind: 'failed', type: name, message })
}

/** @param {string} file @returns {Handler} */
function loadHandler(file) {
  const { handler } = createRequire(import.meta.url)(file)
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${workerData.name}: ${file} exports no function named handler`)
  }
  // Node 24 on Lambda takes async handlers only.
  if (handler.length > 2) {
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', `${workerData.name}: the handler takes a callback`)
  }
  return handler
}

/** @param {Handler} handler @param {Invocation} invocation */
async function handle(handler, { json, deadlineMs, context }) {
  const getRemainingTimeInMillis = () => Math.max(0, deadlineMs - realNow())
  const result = await handler(JSON.parse(json), { ...context, getRemainingTimeInMillis })
  tell({ kind: 'done', json: stringify(result) })
}

/** @param {unknown} result */
function stringify(result) {
  try {
    return JSON.stringify(result) ?? 'null'
  } catch {
    throw new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body')
  }
}

try {
  const handler = loadHandler(workerData.bundle)
  port.on('message', (invocation) => void handle(handler, invocation).catch(fail))
  tell({ kind: 'done', json: 'null' })
} catch (error) {
  fail(error)
}
