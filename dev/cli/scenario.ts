import { buildBundles } from '../bundles.ts'
import { startLocal } from '../local.ts'
import { SCENARIOS } from '../scenario/index.ts'
import { outcomeLine, play, widthOf } from '../scenario/play.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { localSettings } from '../settings.ts'
import { worldOf } from '../world.ts'
import { type Command, oneOf, print, printJson } from './command.ts'

const NAMES = Object.keys(SCENARIOS)
const WIDTH = Math.max(...NAMES.map((name) => name.length))

export const scenario: Command = {
  summary: { en: 'play a scenario on a stack of its own', zh: '在独立环境里演示一个场景' },
  words: 1,
  usage: 'scenario <name> [--json]',
  options: { json: { type: 'boolean' } },
  help: () => NAMES.map((name) => `  ${name.padEnd(WIDTH)} ${SCENARIOS[name]?.summary.join('  ')}`).join('\n'),
  async run({ positionals, values }) {
    const chosen = SCENARIOS[oneOf('scenario', positionals[0] ?? '', NAMES)]
    if (chosen === undefined) return 2
    buildBundles()
    const env = settingsFor(chosen)
    const stack = await startLocal({ port: 0, env })
    try {
      const width = widthOf(chosen)
      const outcomes = await play(chosen, worldOf(stack, env), (outcome) => {
        if (values.json !== true) print(outcomeLine(outcome, width))
      })
      if (values.json === true) printJson(outcomes)
      return outcomes.every(({ ok }) => ok) ? 0 : 1
    } finally {
      await stack.close()
    }
  },
}

/**
 * The people of the stories are unknown to any WeChat and any IM but the simulated ones, and what they promise holds for the
 * settings of nobody: when people are told is for each scenario to say.
 */
const OWN_NO_MORE = [
  'WECHAT_API_BASE',
  'IM_API_BASE',
  'QUIET_HOURS',
  'NOTIFY_COOLDOWNS',
  'NOTIFY_PER_DAY',
  'NOTIFY_WHEN',
]

function settingsFor({ settings }: Scenario): Readonly<Record<string, string>> {
  const own = Object.entries(localSettings()).filter(([name]) => !OWN_NO_MORE.includes(name))
  return { ...Object.fromEntries(own), ...settings }
}
