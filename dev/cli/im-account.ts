import { loadSettings } from '../../shared/config/settings.ts'
import { demoNames, localSettings } from '../settings.ts'
import { runningStack } from '../stack-file.ts'
import { UsageError } from './command.ts'

const CREDENTIALS = ['IM_SDK_APP_ID', 'IM_SECRET_KEY']

type Variables = Readonly<Record<string, string>>

/**
 * The settings with which Tencent IM is asked: our own ask the real one; the demo's, which it does not know, the running stack's.
 * @throws {UsageError} with those of the demo while no stack is running
 */
export function imSettings(): Variables {
  const own = localSettings()
  if (!isDemo(own)) return own
  const stack = runningStack()
  const ofStack = localSettings(stack)
  if (stack === undefined || ofStack.IM_API_BASE === undefined) {
    throw new UsageError(
      'put IM_SDK_APP_ID and IM_SECRET_KEY of your own into .env, or npm start 请在 .env 中填写自己的 IM_SDK_APP_ID 与 IM_SECRET_KEY，或先 npm start',
    )
  }
  return ofStack
}

const isDemo = (settings: Variables): boolean =>
  settings.IM_API_BASE === undefined && demoNames(settings).some((name) => CREDENTIALS.includes(name))

export const imAccount = (settings: Variables) =>
  loadSettings(settings, 'imSdkAppId', 'imSecretKey', 'imAdmin', 'imApiBase')
