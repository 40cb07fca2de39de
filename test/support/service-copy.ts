import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Template } from './aws-spec.ts'

type Env = Readonly<Record<string, string>>

interface Outcome {
  readonly code: number
  /** Standard output: the answer of `invoke local`, and what `serverless` complains about. */
  readonly stdout: string
  readonly output: string
}

export interface ServiceCopy {
  readonly folder: string
  serverless(args: string, env?: Env): Promise<Outcome>
  template(packaged: string): Template
  remove(): void
}

const SOURCES = ['package.json', 'serverless.yml', 'functions', 'infra', 'shared', 'tools']

/** The service as a fresh clone on a machine of nobody: a dist of its own, no .env, no credentials, no settings. */
export function aServiceCopy(): ServiceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-push-service-'))
  for (const name of SOURCES) cpSync(name, join(folder, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const cli = resolve('node_modules/serverless/bin/serverless.js')
  return {
    folder,
    serverless: (args, env = {}) => run(cli, args.split(' '), folder, env),
    template: (packaged) =>
      JSON.parse(readFileSync(join(folder, packaged, 'cloudformation-template-update-stack.json'), 'utf8')),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

const run = (cli: string, args: readonly string[], cwd: string, env: Env): Promise<Outcome> =>
  new Promise((done) => {
    const bare = { PATH: process.env.PATH, HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', ...env }
    execFile(process.execPath, [cli, ...args], { cwd, env: bare }, (error, stdout, stderr) => {
      done({ code: Number(error?.code ?? 0), stdout, output: stdout + stderr })
    })
  })
