import { type Scenario, Unexpected, type World } from './scenario.ts'

export interface Outcome {
  readonly title: string
  readonly ok: boolean
  readonly outcome: string
}

/** Plays every scene in order, told line by line as it happens; a broken promise ends the story. */
export async function play(
  { scenes }: Scenario,
  world: World,
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const scene of scenes) {
    const told = { title: scene.title.join('  '), ...(await attempt(() => scene.play(world))) }
    outcomes.push(told)
    tell(told)
    if (!told.ok) break
  }
  return outcomes
}

async function attempt(scene: () => Promise<string>): Promise<Pick<Outcome, 'ok' | 'outcome'>> {
  try {
    return { ok: true, outcome: await scene() }
  } catch (cause) {
    if (!(cause instanceof Unexpected)) throw cause
    return { ok: false, outcome: cause.message }
  }
}

/** Chinese letters take two columns in a terminal. */
const columns = (text: string): number => Array.from(text).reduce((sum, letter) => sum + (letter > '\u2e7f' ? 2 : 1), 0)

export function outcomeLine({ title, ok, outcome }: Outcome, width: number): string {
  return `  ${ok ? '✓' : '✗'} ${title}${' '.repeat(Math.max(2, width + 2 - columns(title)))}${outcome}`
}

export const widthOf = ({ scenes }: Scenario): number =>
  Math.max(...scenes.map(({ title }) => columns(title.join('  '))))
