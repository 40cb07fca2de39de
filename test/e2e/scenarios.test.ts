import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCENARIOS } from '../../dev/scenario/index.ts'
import { play } from '../../dev/scenario/play.ts'
import { localSettings } from '../../dev/settings.ts'
import { type Stack, startStack } from '../../dev/stack.ts'
import { worldOf } from '../../dev/world.ts'

describe.each(Object.entries(SCENARIOS))('the scenario %s', (_, scenario) => {
  let stack: Stack

  beforeAll(async () => {
    stack = await startStack({ root: process.cwd(), port: 0, env: localSettings() })
  })

  afterAll(async () => {
    await stack.close()
  })

  test('ends as promised, on the built bundles', async () => {
    const outcomes = await play(scenario, worldOf(stack, localSettings()), () => {})
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect(outcomes).toHaveLength(scenario.scenes.length)
  })
})
