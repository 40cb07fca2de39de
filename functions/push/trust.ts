import type { Settings } from '../../shared/config/settings.ts'
import { decodeAesKey } from '../../shared/wechat/envelope.ts'
import type { Trust } from '../../shared/wechat/receive.ts'

/** The settings that {@link trustOf} reads. */
export const TRUST_SETTINGS = ['appId', 'tokens', 'encodingAesKeys', 'pushMode', 'pushRetention'] as const

export const trustOf = (settings: Pick<Settings, (typeof TRUST_SETTINGS)[number]>): Trust => ({
  appId: settings.appId,
  tokens: settings.tokens,
  keys: settings.encodingAesKeys.map((key) => decodeAesKey(key.reveal())),
  mode: settings.pushMode,
  maxAge: settings.pushRetention,
})
