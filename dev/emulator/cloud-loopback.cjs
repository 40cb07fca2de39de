// Preloaded into a cloud function's process: nothing but loopback can be looked up or connected to, and who tries is reported.
// Runs on the oldest Node that the platform has.
'use strict'
const dns = require('node:dns')
const { Socket, isIP } = require('node:net')

/** @param {string} host */
const isLoopback = (host) => /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)

/** @param {string} host @param {string} syscall */
function refusal(host, syscall) {
  if (process.send !== undefined && process.connected) process.send({ kind: 'stranger', host })
  return Object.assign(new Error(`${syscall} ENOTFOUND ${host}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall,
    hostname: host,
  })
}

/** @type {(...args: any[]) => void} */
const lookup = dns.lookup
Object.assign(dns, {
  /** @param {string} host @param {unknown[]} rest */
  lookup(host, ...rest) {
    if (isLoopback(host)) return lookup(host, ...rest)
    const callback = rest[rest.length - 1]
    const error = refusal(host, 'getaddrinfo')
    if (typeof callback === 'function') process.nextTick(callback, error)
  },
})

const lookupPromise = dns.promises.lookup
Object.assign(dns.promises, {
  /** @param {string} host @param {dns.LookupOptions} [options] */
  lookup: async (host, options) => {
    if (!isLoopback(host)) throw refusal(host, 'getaddrinfo')
    return lookupPromise(host, options ?? {})
  },
})

/** @type {(...args: any[]) => Socket} */
const connect = Socket.prototype.connect
Object.assign(Socket.prototype, {
  /** @this {Socket} @param {any[]} args */
  connect(...args) {
    const [target] = Array.isArray(args[0]) ? args[0] : args
    const host = typeof target === 'object' ? target.host : typeof args[1] === 'string' ? args[1] : undefined
    if (typeof host !== 'string' || isIP(host) === 0 || isLoopback(host)) return connect.apply(this, args)
    const error = refusal(host, 'connect')
    Object.assign(this, { connecting: true }) // What is written in the meantime waits.
    setImmediate(() => this.destroy(error)) // http listens to its socket a tick later.
    return this
  },
})
