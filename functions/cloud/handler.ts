import cloud from 'wx-server-sdk'
import { loadSettings } from '../../shared/config/settings.ts'
import { giveWay } from '../../shared/kernel/give-way.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { millis, systemClock, systemSleep } from '../../shared/kernel/time.ts'
import { decide } from '../../shared/reply/decide.ts'
import { handlersOf } from '../../shared/reply/handlers.ts'
import { RULES } from '../../shared/reply/rules.ts'
import { checkHandlers } from '../../shared/reply/table.ts'
import { memoryDocuments } from '../../shared/store/memory-documents.ts'
import { cloudApp } from './app.ts'
import type { CloudDatabase } from './database.ts'
import { LONGEST_CALL } from './deadline.ts'
import { cloudDocuments } from './documents.ts'
import { httpsFetch } from './https-fetch.ts'

/** What a new function has, where the platform does not say. */
const LIMIT_MS = 3000
/** Of a document that is not there. */
const NO_ERROR = { throwOnNotFound: false }

// The SDK's own time-out is 15 s, and the first `init` of a process counts. Its types know neither it nor that the environment may be
// a symbol.
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV, timeout: LONGEST_CALL } as never)

const WORLD = { sleep: systemSleep, random: Math.random }

const settings = loadSettings(process.env, 'cloudPushStrict', 'logLevel', 'longTermTemplates', 'pushRetention')
const handlers = handlersOf(process.env)
checkHandlers(RULES, handlers)

const app = cloudApp({
  ...settings,
  decide,
  handlers,
  openApi: {
    send: (body) => cloud.openapi.customerServiceMessage.send(body),
    setTyping: (body) => cloud.openapi.customerServiceMessage.setTyping(body),
    uploadTempMedia: (body) => cloud.openapi.customerServiceMessage.uploadTempMedia(body),
    sendSubscribeMessage: (body) => cloud.openapi.subscribeMessage.send(body),
  },
  fetch: httpsFetch,
  documents: () =>
    cloudDocuments({
      database: cloud.database(NO_ERROR as object) as CloudDatabase,
      clock: systemClock,
      giveWay: (round) => giveWay(round, WORLD),
    }),
  memory: memoryDocuments(),
  caller: () => {
    const { OPENID, SOURCE } = cloud.getWXContext()
    return { openId: OPENID, source: SOURCE }
  },
  clock: systemClock,
  ...WORLD,
  log: jsonLog({ threshold: settings.logLevel }),
})

interface CloudContext {
  /** How long the function may run, by its settings. */
  readonly time_limit_in_ms?: number
}

export const main = (event: unknown, { time_limit_in_ms: limit }: CloudContext = {}): Promise<unknown> =>
  app(event, millis(Number(limit) || LIMIT_MS))
