import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { aServiceCopy, type ServiceCopy } from './service-copy.ts'

/** The service with the handlers of `test/fixtures/handlers.ts` in place of its own, built. */
export function aServiceWithHandlers(): ServiceCopy {
  const service = aServiceCopy()
  const handlers = JSON.stringify(resolve('test/fixtures/handlers.ts'))
  writeFileSync(join(service.folder, 'shared/reply/handlers.ts'), `export * from ${handlers}\n`)
  execFileSync(process.execPath, ['tools/build.mjs'], { cwd: service.folder, stdio: 'ignore' })
  return service
}
