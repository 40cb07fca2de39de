import { type Meanings, meaning } from './meaning.ts'

/** What the cloud of a cloud function says before WeChat's API is asked. */
export const CLOUD: Meanings = {
  [-604100]: meaning(
    'cloud-call-unknown',
    'configure',
    'The cloud knows no such call: upload the function anew with WeChat DevTools, which applies its config.json.',
    '云调用接口不存在：请用微信开发者工具重新上传云函数，使 config.json 生效。',
  ),
  [-604101]: meaning(
    'cloud-call-forbidden',
    'configure',
    'The function’s config.json does not allow this call yet: upload it with WeChat DevTools and wait ten minutes.',
    '云函数没有调用此接口的权限：请用微信开发者工具上传云函数，使 config.json 生效，约需 10 分钟。',
  ),
}
