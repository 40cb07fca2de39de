import { type Meanings, meaning } from './meaning.ts'

/** What stands between a cloud function and WeChat's API says this in place of an errcode. */
export const CLOUD: Meanings = {
  '-501003': meaning(
    'cloud-quota',
    'in-a-minute',
    'The quota of the cloud environment is used up: look at it in the console of cloud development.',
    '云开发环境的配额已用尽：请在云开发控制台查看。',
  ),
  '-501005': meaning(
    'cloud-environment',
    'configure',
    'The cloud environment does not exist, or is not this mini program’s: compare its id with the console.',
    '云开发环境异常：请与控制台核对环境 ID。',
  ),
  '-501007': meaning(
    'cloud-credentials',
    'configure',
    'The function has no credentials of the cloud: it runs in a cloud environment alone.',
    '缺少云端凭证：该函数只能在云开发环境中运行。',
  ),
  '-604100': meaning(
    'cloud-call-unknown',
    'mend',
    'There is no cloud call of this name: build and upload the function again.',
    '没有该云调用接口：请重新构建并上传云函数。',
  ),
  '-604101': meaning(
    'cloud-call-forbidden',
    'configure',
    'The function may not make this call: upload it with DevTools, which applies config.json, and wait ten minutes.',
    '没有该云调用的权限：请用开发者工具重新上传（会应用 config.json），约 10 分钟后生效。',
  ),
}
