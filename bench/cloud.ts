import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleCloud } from '../tools/build-cloud.mjs'
import { median } from './rounds.ts'
import { type CloudStart, cloudWorld } from './start/cloud-world.ts'

/** Ours, and one that makes a single call. */
const SOURCES = { ours: 'functions/cloud/handler.ts', tenLines: 'bench/start/ten-lines.ts' } as const
type Source = keyof typeof SOURCES
const NAMES = ['ours', 'tenLines'] as const

/** Where the SDK is: in a folder beside the function, or inside of it. */
const PACKINGS = ['beside', 'inside'] as const
type Packing = (typeof PACKINGS)[number]

export interface CloudMeasured {
  readonly bundleBytes: Readonly<Record<Source, number>>
  /** Medians. */
  readonly millis: Readonly<Record<Source, CloudStart>>
  /** Ours beside the ten lines. */
  readonly ratio: CloudStart
}

export interface CloudStarted {
  readonly runs: number
  readonly packings: Readonly<Record<Packing, CloudMeasured>>
}

/** Whole processes that load a cloud function and answer a text, with both packings of the SDK: they take turns. */
export async function measureCloudStart(runs: number): Promise<CloudStarted> {
  const home = mkdtempSync(join(tmpdir(), 'weapp-push-bench-'))
  const folderOf = (source: Source, packing: Packing): string => join(home, `${source}-${packing}`)
  const subjects = NAMES.flatMap((source) =>
    PACKINGS.map((packing) => ({ source, packing, starts: [] as CloudStart[] })),
  )
  const world = await cloudWorld()
  try {
    for (const source of NAMES)
      await bundleCloud(SOURCES[source], { beside: folderOf(source, 'beside'), inside: folderOf(source, 'inside') })
    for (let run = -1; run < runs; run += 1) {
      for (const { source, packing, starts } of subjects) {
        const start = await world.start(folderOf(source, packing))
        // The first of each fills the file system's cache, and the very first makes the collection.
        if (run >= 0) starts.push(start)
      }
    }
    const measured = (packing: Packing): CloudMeasured => {
      const of = (source: Source): CloudStart =>
        medians(subjects.find((one) => one.source === source && one.packing === packing)?.starts ?? [])
      const size = (source: Source): number => statSync(join(folderOf(source, packing), 'index.js')).size
      const [ours, tenLines] = [of('ours'), of('tenLines')]
      return {
        bundleBytes: { ours: size('ours'), tenLines: size('tenLines') },
        millis: { ours, tenLines },
        ratio: { reply: ours.reply / tenLines.reply, answer: ours.answer / tenLines.answer },
      }
    }
    return { runs, packings: { beside: measured('beside'), inside: measured('inside') } }
  } finally {
    await world.close()
    rmSync(home, { recursive: true, force: true })
  }
}

const medians = (starts: readonly CloudStart[]): CloudStart => ({
  reply: median(starts.map(({ reply }) => reply)),
  answer: median(starts.map(({ answer }) => answer)),
})
