import { firstTemplate } from '../../shared/reply/templates.ts'
import { localSettings } from '../settings.ts'
import { runningStack } from '../stack-file.ts'
import { print, printJson, UsageError, type Values } from './command.ts'
import { askStack } from './running.ts'

/** Somebody who may be told, without a login and a popup. */
export async function meet([userId, openid, count = '1']: readonly string[], { json }: Values): Promise<number> {
  if (!/^\d{1,4}$/.test(count)) throw new UsageError(`im meet: "${count}" is no number 不是数字`)
  const template = localSettings(runningStack()).NOTIFY_TEMPLATE ?? firstTemplate()
  const remaining = Number(count)
  await askStack('/_dev/identity', { userId, openid })
  await askStack('/_dev/permit', { openid, template, remaining })
  if (json === true) printJson({ userId, openid, template, remaining })
  else print(`✓ ${userId} is ${openid}, ${remaining} left of ${template} 可通知 ${remaining} 次`)
  return 0
}
