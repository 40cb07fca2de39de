import { readMessage } from '../../shared/wechat/message.ts'
import { readWire } from '../../shared/wechat/wire.ts'
import type { CloudPushed, CloudVariant } from '../local-cloud.ts'
import { accountOf, localSettings } from '../settings.ts'
import { isConfigurable } from '../simulator/cloud/configurable.ts'
import { writeCloudSample } from '../simulator/writer.ts'
import { runningStack } from '../stack-file.ts'
import { print, printJson, textOf, UsageError, type Values } from './command.ts'
import { askStack, clockAt } from './running.ts'
import { cloudLine, isTaken } from './wording.ts'

/** As when the first two answers come too late. */
const TRIES = 3

/** A function gets JSON without signature or encryption, where the stack runs it. */
function refuseOptions(values: Values): void {
  const named = ['mode', 'url'].find((name) => values[name] !== undefined)
  const option = textOf(values, 'format') === 'xml' ? 'format xml' : named
  if (option === undefined) return
  throw new UsageError(
    `--${option} goes with --to lambda alone: a cloud function gets bare JSON --${option} 只能用于 --to lambda，云函数收到的是未加密的 JSON`,
  )
}

/** Pushes to the cloud function of the running stack; the exit code. */
export async function pushToCloud(
  variant: CloudVariant,
  kind: string,
  values: Values,
  say: string | undefined,
): Promise<number> {
  refuseOptions(values)
  const { account } = accountOf(localSettings(runningStack()))
  const about = { appId: account.appId, openId: textOf(values, 'openid'), say, clock: await clockAt() }
  const event = writeCloudSample(kind, about)
  const ask = () => askStack('/_dev/cloud', { event, variant }) as Promise<CloudPushed>
  const outcomes = await Promise.all(Array.from({ length: values.retry === true ? TRIES : 1 }, ask))
  const isSentThere = isConfigurable(readMessage(readWire(JSON.stringify(event)).fields).kind)
  if (values.json === true) printJson({ kind, variant, isSentThere, outcomes })
  else {
    for (const outcome of outcomes) print(`cloud ${variant}  ${kind}  → ${cloudLine(outcome)}`)
    if (!isSentThere) print(NOT_SENT_THERE)
  }
  return outcomes.every(isTaken) ? 0 : 1
}

const NOT_SENT_THERE =
  '! today WeChat sends this kind to a URL alone, not to cloud functions 目前微信不会把此类型推送到云函数，只能推送到 URL'
