import { type Meanings, meaning } from './meaning.ts'

/** `wxaapi/newtmpl/*` */
export const TEMPLATE: Meanings = {
  20001: meaning(
    'system-error',
    'again',
    'WeChat failed at its own; the call is tried again.',
    '微信系统错误，稍后会自动重试。',
  ),
  20002: meaning('parameter-invalid', 'mend', 'A parameter of the call is wrong.', '参数错误。'),
  200001: meaning(
    'template-system-error',
    'again',
    'WeChat failed at its own; the call is tried again.',
    '微信系统错误，稍后会自动重试。',
  ),
  200002: meaning('template-parameter-invalid', 'mend', 'A parameter of the call is wrong.', '参数错误。'),
  200011: meaning(
    'template-account-banned',
    'configure',
    'The account may not use templates; the console says why.',
    '账号已被禁止使用模板，原因见小程序后台。',
  ),
  200012: meaning(
    'too-many-templates',
    'configure',
    'The account has as many templates as it may; delete one in the console: 订阅消息 → 我的模板.',
    '个人模板数已达上限：请在后台“订阅消息 → 我的模板”中删除。',
  ),
  200013: meaning(
    'template-banned',
    'configure',
    'The template is banned; take another one.',
    '该模板已被封禁，请换用其他模板。',
  ),
  200014: meaning('title-id-invalid', 'mend', 'The tid is not one of the public templates.', '模板标题 tid 不正确。'),
  200016: meaning('start-invalid', 'mend', 'The start of the page is wrong.', 'start 参数不正确。'),
  200017: meaning('limit-invalid', 'mend', 'The limit has to be at most 30.', 'limit 参数不正确，最大为 30。'),
  200018: meaning('categories-missing', 'mend', 'The ids of the categories are missing.', '缺少类目 ids。'),
  200019: meaning('categories-invalid', 'mend', 'The ids of the categories are wrong.', '类目 ids 不合法。'),
  200020: meaning(
    'keywords-invalid',
    'mend',
    'The kidList has to name 2 to 5 keywords of the template.',
    '关键词列表 kidList 不正确，须为 2 到 5 个。',
  ),
  200021: meaning(
    'scene-description-invalid',
    'mend',
    'The sceneDesc has to have at most 15 characters.',
    '场景描述 sceneDesc 不正确，最多 15 个字。',
  ),
  200022: meaning(
    'template-duplicate',
    'mend',
    'The account has this template with these keywords already.',
    '已存在相同的模板。',
  ),
  200100: meaning(
    'template-account-type',
    'configure',
    'An account of this type cannot have these templates.',
    '该类型的账号不能使用此类模板。',
  ),
}
