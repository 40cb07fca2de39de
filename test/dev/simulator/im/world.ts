import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterEach } from 'vitest'
import { closeServer, listen, readBody } from '../../../../dev/emulator/server.ts'
import { type CallbackSettings, signOf } from '../../../../dev/simulator/im/callback-sender.ts'
import { startTencentIm, type TencentIm, type TencentImOptions } from '../../../../dev/simulator/im/tencent-im.ts'
import { signUser } from '../../../../dev/simulator/im/user-sig.ts'
import { Secret } from '../../../../shared/kernel/secret.ts'
import { hours, type Seconds, toSeconds } from '../../../../shared/kernel/time.ts'
import { aClock } from '../../../support/build.ts'

export const ACCOUNT = {
  sdkAppId: 1_400_000_000,
  secretKey: new Secret('5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e'),
  admin: 'administrator',
}
const TOKEN = new Secret('imCallbackToken2024')

/** A callback as the application's server receives it. */
export interface Received {
  readonly method: string | undefined
  readonly query: Readonly<Record<string, string>>
  readonly text: string
  readonly body: Members
  /** The port that it came from: the same as long as the connection is. */
  readonly from: number | undefined
}

export type Members = Readonly<Record<string, unknown>>
export type Reply = (response: ServerResponse, received: Received) => void

export const OK = { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' }

export const says =
  (members: Members = {}, status = 200): Reply =>
  (response) =>
    void response.writeHead(status).end(JSON.stringify({ ...OK, ...members }))

interface World {
  readonly im: TencentIm
  readonly clock: ReturnType<typeof aClock>
  /** Every callback, oldest first. */
  readonly received: readonly Received[]
  advance(by: number): void
  /** What callbacks get from now on. */
  answer(reply: Reply): void
  call(path: string, body?: unknown, query?: Readonly<Record<string, string | undefined>>): Promise<Members>
  query(accounts: unknown, more?: Members): Promise<Members>
}

const ends: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

interface WorldOptions extends Partial<Omit<TencentImOptions, 'callback'>> {
  readonly callback?: Partial<CallbackSettings>
}

/** A simulated IM and the server that it tells; both end with the test. */
export async function aWorld({ callback, ...options }: WorldOptions = {}): Promise<World> {
  const clock = aClock()
  const received: Received[] = []
  let reply: Reply = says()
  const server: Server = createServer((request, response) => {
    void readBody(request).then((bytes) => {
      const { searchParams } = new URL(request.url ?? '', 'http://localhost')
      const text = String(bytes)
      const [method, from] = [request.method, request.socket.remotePort]
      const one = { method, query: Object.fromEntries(searchParams), text, body: membersIn(text), from }
      received.push(one)
      reply(response, one)
    })
  })
  const url = await listen(server)
  const im = await startTencentIm({ account: ACCOUNT, clock, callback: { url, token: TOKEN, ...callback }, ...options })
  ends.push(im.close, () => closeServer(server))

  const call: World['call'] = async (path, body = {}, query = {}) => {
    const asked = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...aQuery(toSeconds(clock())), ...query })) {
      if (value !== undefined) asked.append(name, value)
    }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${im.url}${path}?${asked}`, { method: 'POST', body: text })
    const says = membersIn(await response.text())
    return response.status === 200 ? says : { ...says, status: response.status }
  }
  return {
    im,
    clock,
    received,
    advance: (by) => clock.advance(by as Seconds),
    answer: (next) => {
      reply = next
    },
    call,
    query: (accounts, more = {}) => call(QUERY, { To_Account: accounts, ...more }),
  }
}

export const QUERY = '/v4/openim/query_online_status'

/** The query of an administrator's call. */
export const aQuery = (now: Seconds, changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  sdkappid: String(ACCOUNT.sdkAppId),
  identifier: ACCOUNT.admin,
  usersig: signUser(ACCOUNT, changes.identifier ?? ACCOUNT.admin, { now, expire: hours(24) }),
  random: '4294967295',
  contenttype: 'json',
  ...changes,
})

function membersIn(text: string): Members {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** Whether IM itself signed a request. */
export const isSigned = ({ query }: Received): boolean => query.Sign === signOf(TOKEN, query.RequestTime ?? '')
