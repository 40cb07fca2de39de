import { systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { AES_KEY, APP_ID, TOKEN, textPush } from '../cases.ts'
import { drafts } from '../cost/drafts.ts'
import { TEXT } from '../cost/rules.ts'
import { costWorld, SECRET } from '../cost/world.ts'
import { startTableStub } from './table-stub.ts'

/** What a process is started for. */
export interface StartSubject {
  readonly env: Readonly<Record<string, string>>
  /** A fresh one for each process. */
  event(): Promise<unknown>
  /** @throws {Error} when not as many processes as that did what they were started for */
  check(processes: number): void
  close(): Promise<void>
}

const AWS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', LOG_LEVEL: 'silent' }

/** One write to a table that says yes to everything. */
export async function writing(): Promise<StartSubject> {
  const stub = await startTableStub()
  return {
    env: {
      ...AWS,
      AWS_ENDPOINT_URL: stub.endpoint,
      TABLE_NAME: 'bench',
      WECHAT_APP_ID: APP_ID,
      WECHAT_TOKEN: TOKEN,
      WECHAT_ENCODING_AES_KEY: AES_KEY,
    },
    event: async () => {
      const { query, body } = textPush('json', 'safe', toSeconds(systemClock()))
      return {
        rawPath: '/push',
        rawQueryString: query,
        requestContext: { http: { method: 'POST' } },
        body: body.toString(),
        isBase64Encoded: false,
      }
    },
    check: (processes) => same('writes', stub.writes(), processes),
    close: stub.stop,
  }
}

/** One text that is answered, in a table and by a WeChat in this process; the token is in the table. */
export async function answering(): Promise<StartSubject> {
  const world = await costWorld(systemClock)
  const write = drafts(world.clock)
  const sends = (): number => world.wechat.outbox().filter(({ path }) => path === '/cgi-bin/message/custom/send').length
  let people = 0
  return {
    env: {
      ...AWS,
      AWS_ENDPOINT_URL: world.endpoint,
      TABLE_NAME: world.tableName,
      WECHAT_APP_ID: APP_ID,
      WECHAT_APP_SECRET: SECRET.reveal(),
      WECHAT_API_BASE: world.wechat.url,
    },
    event: async () => {
      people += 1
      return { Records: [await world.accept(write.text(`starter${people}`, TEXT))] }
    },
    check: (processes) => same('messages', sends(), processes),
    close: world.close,
  }
}

function same(what: string, found: number, processes: number): void {
  if (found !== processes) throw new Error(`${found} ${what} of ${processes} processes`)
}
