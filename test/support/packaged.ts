import { expect } from 'vitest'
import type { Resource, Template } from './aws-spec.ts'
import { anAwsStub } from './aws-stub.ts'
import { aServiceCopy, type ServiceCopy } from './service-copy.ts'

/** The parameter store: what stage prod has in it. */
export const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['/weapp-push/prod/im-callback-token', 'ImTokenOfTheStore'],
  ['/weapp-push/prod/im-secret-key', 'ImKeyOfTheStore'],
  ['/weapp-push/prod/wechat-app-secret', 'AppSecretOfTheStore'],
  ['/weapp-push/prod/wechat-encoding-aes-key', 'KeyOfTheStore'],
  ['/weapp-push/prod/wechat-token', 'TokenOfTheStore'],
])

export interface PackagedService extends Pick<ServiceCopy, 'remove'> {
  /** With the parameter store within reach and nothing else. */
  serverless(args: string): ReturnType<ServiceCopy['serverless']>
  /** What `serverless package` makes of these arguments, the first two of which name a folder. */
  packaged(args: string, env?: Readonly<Record<string, string>>): Promise<Template>
  /** The parameters that were asked for, in order of their names. */
  asked(): readonly string[]
}

/** What switches Tencent IM on. */
export const WITH_IM = { IM_SDK_APP_ID: '1400000001' }

/** @param parameters what the parameter store has */
export async function packagedService(parameters = PARAMETERS): Promise<PackagedService> {
  const service = aServiceCopy()
  const ssm = await anAwsStub(({ input }) => {
    const Value = parameters.get(String(input.Name))
    if (Value === undefined) return { __type: 'ParameterNotFound' }
    return { Parameter: { Name: input.Name, Type: 'SecureString', Value } }
  })
  const store = { AWS_ENDPOINT_URL_SSM: ssm.url, AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'nothing' }
  return {
    serverless: (args) => service.serverless(args, store),
    packaged: async (args, env = {}) => {
      // Stage dev is packaged on a machine that has no credentials at all.
      const reach = args.includes('--stage prod') ? store : {}
      const { code, output } = await service.serverless(`package ${args}`, { ...reach, ...env })
      expect(code, output).toBe(0)
      return service.template(args.split(' ')[1] ?? '')
    },
    asked: () => ssm.calls.map(({ input }) => String(input.Name)).toSorted(),
    remove: () => {
      ssm.close()
      service.remove()
    },
  }
}

export const resource = ({ Resources }: Template, id: string): Resource => Resources[id] ?? { Type: 'missing' }

export const properties = (template: Template, id: string) => resource(template, id).Properties ?? {}

export const ofType = (template: Template, type: string): ReadonlyArray<readonly [string, Resource]> =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type)

export const attribute = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] })

/** A function's own statement about its log, as every role ends. */
export const ownLog = (group: string) => ({
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: attribute(group, 'Arn'),
})

export const dynamodb = (actions: readonly string[]) => actions.map((action) => `dynamodb:${action}`)

export const variablesOf = (template: Template, id: string) =>
  (properties(template, id).Environment as { readonly Variables: Readonly<Record<string, string>> }).Variables
