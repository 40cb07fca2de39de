import { execFileSync } from 'node:child_process'

/** Builds what the stack will load, so that nothing stale is run. */
export const buildBundles = (): void =>
  void execFileSync(process.execPath, ['tools/build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] })
