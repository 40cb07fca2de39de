import { isUserId } from '../../shared/im/user-id.ts'
import { signUserSig } from '../../shared/im/user-sig.ts'
import { hours, toSeconds } from '../../shared/kernel/time.ts'
import { localSettings } from '../settings.ts'
import { runningStack } from '../stack-file.ts'
import { print, printJson, UsageError, type Values } from './command.ts'
import { imAccount } from './im-account.ts'
import { clockAt } from './running.ts'

const LIFE = hours(24)

/** A UserSig, for tests and for Tencent's own tools. */
export async function sig([userId = '']: readonly string[], { json }: Values): Promise<number> {
  if (!isUserId(userId)) throw new UsageError('a UserID has 1 to 32 bytes UserID 须为 1–32 字节')
  const { imSdkAppId: sdkAppId, imSecretKey: secretKey } = imAccount(localSettings(runningStack()))
  const clock = await clockAt()
  const now = toSeconds(clock())
  const userSig = signUserSig({ sdkAppId, secretKey, userId, now, expire: LIFE })
  if (json === true) printJson({ userId, userSig, sdkAppId: Number(sdkAppId), expiresAt: now + LIFE })
  else print(userSig)
  return 0
}
