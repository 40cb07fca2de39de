import { afterAll, beforeAll } from 'vitest'
import { type Local, startLocal } from '../../dev/local.ts'
import type { World } from '../../dev/scenario/scenario.ts'
import { localSettings } from '../../dev/settings.ts'
import type { Try } from '../../dev/simulator/sender.ts'
import { worldOf } from '../../dev/world.ts'

type Env = Readonly<Record<string, string>>

interface LocalOptions {
  readonly env?: Env
  readonly functionEnv?: Env
  /** Where the service lies, once the tests run. */
  readonly root?: () => string
}

/** The built functions for all tests of a file, and WeChat around them. */
export function useLocal({ env = {}, functionEnv = {}, root = () => process.cwd() }: LocalOptions = {}) {
  const lines: string[] = []
  const settings = { ...localSettings(), ...env }
  let started: Local | undefined

  beforeAll(async () => {
    const onLog = (line: string): void => void lines.push(line)
    started = await startLocal({ root: root(), port: 0, env: settings, functionEnv, onLog })
  })
  afterAll(async () => started?.close())

  const stack = (): Local => {
    if (started === undefined) throw new Error('the stack runs inside tests only')
    return started
  }
  const world = (): World => worldOf(stack(), settings)
  const say = (openId: string, words: string): Promise<readonly Try[]> =>
    world().push(world().write('text', 'json', { openId, say: words }))
  const happens = (sample: string, openId: string): Promise<readonly Try[]> =>
    world().push(world().write(sample, 'json', { openId }))
  /** What WeChat took for a person, oldest first. */
  const taken = (openId: string): readonly string[] =>
    world()
      .sent()
      .flatMap(({ to, errcode, words }) => (to === openId && errcode === 0 ? [words] : []))
  return { stack, world, say, happens, taken, settings, lines: lines as readonly string[] }
}
