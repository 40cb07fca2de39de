import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Local, startLocal } from '../../dev/local.ts'
import { SCENARIOS } from '../../dev/scenario/index.ts'
import { play } from '../../dev/scenario/play.ts'
import { localSettings } from '../../dev/settings.ts'
import { worldOf } from '../../dev/world.ts'

describe.each(Object.entries(SCENARIOS))('the scenario %s', (_, scenario) => {
  const env = { ...localSettings(), ...scenario.settings }
  let stack: Local

  beforeAll(async () => {
    stack = await startLocal({ port: 0, env })
  })

  afterAll(async () => {
    await stack.close()
  })

  test('ends as promised, on the built bundles', async () => {
    const outcomes = await play(scenario, worldOf(stack, env), () => {})
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect(outcomes).toHaveLength(scenario.scenes.length)
  })
})
