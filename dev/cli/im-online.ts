import { imApi } from '../../shared/im/api.ts'
import { uint32 } from '../../shared/im/call.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { systemClock, systemSleep } from '../../shared/kernel/time.ts'
import { runningStack } from '../stack-file.ts'
import { print, printJson, type Values } from './command.ts'
import { imAccount, imSettings } from './im-account.ts'
import { clockAt } from './running.ts'

/** Asks Tencent IM; what it refuses is thrown, with what to mend. */
export async function online(people: readonly string[], { json }: Values): Promise<number> {
  const settings = imSettings()
  const { imSdkAppId: sdkAppId, imSecretKey: secretKey, imAdmin: admin, imApiBase: base } = imAccount(settings)
  // The stack's clock may have been moved; a UserSig of ours must be valid there.
  const isLocal = base === runningStack()?.env.IM_API_BASE
  const api = imApi({
    fetch,
    base,
    clock: isLocal ? await clockAt() : systemClock,
    sleep: systemSleep,
    log: jsonLog({ threshold: 'silent' }),
    random: uint32,
    sdkAppId,
    admin,
    secretKey,
  })
  const found = await api.onlineStatus(people as readonly UserId[])
  const statuses = people.map((userId) => ({ userId, status: found.get(userId as UserId) ?? 'unknown' }))
  if (json === true) printJson(statuses)
  else for (const { userId, status } of statuses) print(`${userId}  ${status}${MEANINGS[status] ?? ''}`)
  return 0
}

const MEANINGS: Readonly<Record<string, string>> = {
  Online: ' 在线',
  PushOnline: ' 仅推送在线',
  Offline: ' 离线',
  'unknown-account': ' IM 中没有该账号（首次登录后才会存在）',
  unknown: ' IM 未说明',
}
