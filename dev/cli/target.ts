import { PUSH_MODES } from '../../shared/kernel/push-mode.ts'
import { FORMATS } from '../../shared/wechat/wire.ts'
import { accountOf, localSettings } from '../settings.ts'
import { runningStack } from '../stack-file.ts'
import { oneOf, textOf, UsageError, type Values } from './command.ts'

export const TARGET_OPTIONS = {
  mode: { type: 'string' },
  format: { type: 'string' },
} as const

function urlOf(text: string): string {
  if (URL.canParse(text)) return text
  throw new UsageError(`--url: "${text}" is no URL 不是有效的 URL`)
}

/** Whom a command speaks for and to: credentials, how pushes are sealed, and where they go. */
export function targetOf(values: Values) {
  const stack = runningStack()
  const { account, mode } = accountOf(localSettings(stack))
  return {
    account,
    mode: oneOf('--mode', textOf(values, 'mode') ?? mode, PUSH_MODES),
    format: oneOf('--format', textOf(values, 'format') ?? 'json', FORMATS),
    url: urlOf(textOf(values, 'url') ?? `${stack?.url ?? 'http://127.0.0.1:3000'}/push`),
  }
}
