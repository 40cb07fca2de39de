import { devNull } from 'node:os'
import { dirname } from 'node:path'
import type { FunctionTemplate } from './template.ts'

/** The whole environment of a function: the template's, Lambda's own, and the way to the local tables. */
export function lambdaEnvironment(definition: FunctionTemplate, tableEndpoint: string): Record<string, string> {
  return {
    ...definition.environment,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: dirname(definition.bundle),
    ...tableAccess(tableEndpoint),
    // The profile of whoever sits at this machine must not reach a function.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // Lambda runs a Node that the SDK does not warn of.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
}

/** Any credentials and any region will do: the local tables look at neither. */
const tableAccess = (endpoint: string) => ({
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
})
