interface FaultRow {
  /** What a caller over HTTP sees; the code itself stays in the log. */
  readonly status: 400 | 401 | 413 | 429 | 500
  /** What to do next, for the developer; the local stack and `wx decode` print it beside the code. */
  readonly hint: string
  readonly zh: string
}

export const FAULTS = {
  SETTINGS_INVALID: {
    status: 500,
    hint: 'Set the settings named here; .env.example explains each.',
    zh: '请补全或改正上述配置项，说明见 .env.example。',
  },
  RULES_INVALID: {
    status: 500,
    hint: 'Mend the rules named here in shared/reply/rules.ts; docs/rules.md explains each.',
    zh: '请改正 shared/reply/rules.ts 中的上述规则，说明见 docs/rules.md。',
  },
  METHOD_UNKNOWN: {
    status: 400,
    hint: 'This address is not asked in that way: /push takes GET and POST, /im, /send and /login take POST.',
    zh: '该地址不支持此请求方法：/push 接受 GET 与 POST，/im、/send、/login 只接受 POST。',
  },
  BODY_TOO_LARGE: {
    status: 413,
    hint: 'A push is at most 256 KiB; this one did not come from WeChat.',
    zh: '推送不会超过 256 KiB，此请求并非来自微信。',
  },
  QUERY_REPEATED: {
    status: 401,
    hint: 'A query parameter appears twice; WeChat sends each once.',
    zh: '查询参数重复，微信每个参数只发送一次。',
  },
  QUERY_INCOMPLETE: {
    status: 401,
    hint: 'A query parameter is missing or malformed; WeChat always sends signature, timestamp and nonce.',
    zh: '缺少查询参数或格式不对，微信总会带上 signature、timestamp、nonce。',
  },
  SIGNATURE_MISMATCH: {
    status: 401,
    hint: 'Compare WECHAT_TOKEN with the Token in the console, letter by letter.',
    zh: '请逐字核对 WECHAT_TOKEN 与小程序后台的 Token。',
  },
  ENVELOPE_REJECTED: {
    status: 401,
    hint: 'Compare WECHAT_ENCODING_AES_KEY and WECHAT_APP_ID with the console.',
    zh: '请核对 WECHAT_ENCODING_AES_KEY 和 WECHAT_APP_ID 与后台是否一致。',
  },
  PUSH_UNSEALED: {
    status: 401,
    hint: 'The push is not encrypted; choose compatible or safe mode in the console.',
    zh: '推送未加密：请在后台选择兼容模式或安全模式。',
  },
  PUSH_SEALED: {
    status: 401,
    hint: 'The push is encrypted and WECHAT_PUSH_MODE is plaintext; set it to safe and give the EncodingAESKey.',
    zh: '推送已加密而 WECHAT_PUSH_MODE 为 plaintext：请改为 safe 并配置 EncodingAESKey。',
  },
  PUSH_TOO_OLD: {
    status: 401,
    hint: 'Signed longer ago than PUSH_RETENTION_HOURS: a replay, or our clock is ahead.',
    zh: '签名时间早于 PUSH_RETENTION_HOURS：可能是重放，或本机时钟偏快。',
  },
  PUSH_FROM_FUTURE: {
    status: 401,
    hint: 'Signed more than an hour ahead of our clock: check the clock.',
    zh: '签名时间比本机时钟超前一小时以上：请检查时钟。',
  },
  BODY_UNREADABLE: {
    status: 401,
    hint: 'The body is neither the JSON nor the XML of a push.',
    zh: '请求体不是推送的 JSON 或 XML。',
  },
  PUSH_FOREIGN: {
    status: 401,
    hint: 'Somebody called the cloud function with a push about another person: it was made up.',
    zh: '有人以他人的名义调用了云函数，此事件系伪造。',
  },
  PUSH_BY_CLIENT: {
    status: 401,
    hint: 'CLOUD_PUSH_STRICT refuses what a mini program calls; set it to false if these are real pushes.',
    zh: 'CLOUD_PUSH_STRICT 拒绝来自小程序端的调用；若确为真实推送，请将其设为 false。',
  },
  TABLE_UNAVAILABLE: {
    status: 500,
    hint: 'The table could not be read or written. WeChat sends again what was not accepted, work is tried again; check TABLE_NAME, the role and DynamoDB.',
    zh: '数据表读写失败：未接收的推送微信会重发，任务会自动重试；请检查 TABLE_NAME、角色权限与 DynamoDB。',
  },
  WECHAT_UNREACHABLE: {
    status: 500,
    hint: 'No answer of WeChat came in time; the work is tried again by itself. Check the way out to WECHAT_API_BASE.',
    zh: '微信未在时限内应答，任务会自动重试；请检查到 WECHAT_API_BASE 的网络。',
  },
  WECHAT_REFUSED: {
    status: 500,
    hint: 'WeChat answered with this errcode; shared/wechat/errcode.ts says what it means.',
    zh: '微信返回了该 errcode，含义见 shared/wechat/errcode.ts。',
  },
  WECHAT_UNREADABLE: {
    status: 500,
    hint: 'What answered is not the JSON of WeChat: check WECHAT_API_BASE and proxies on the way.',
    zh: '应答不是微信的 JSON：请检查 WECHAT_API_BASE 以及途中的代理。',
  },
  CALLBACK_INCOMPLETE: {
    status: 401,
    hint: 'A query parameter of the callback is missing, malformed or there twice: switch callback authentication on in IM’s console.',
    zh: '回调缺少查询参数、格式不对或重复：请在 IM 控制台开启回调鉴权。',
  },
  CALLBACK_FOREIGN: {
    status: 401,
    hint: 'SdkAppid is not IM_SDK_APP_ID: compare it with IM’s console.',
    zh: 'SdkAppid 与 IM_SDK_APP_ID 不一致，请与 IM 控制台核对。',
  },
  CALLBACK_STALE: {
    status: 401,
    hint: 'RequestTime is more than 60 s from our clock: a replay, or a clock is wrong.',
    zh: 'RequestTime 与本机时钟相差超过 60 秒：可能是重放，或时钟不准。',
  },
  CALLBACK_FORGED: {
    status: 401,
    hint: 'Sign fits none of the tokens: compare IM_CALLBACK_TOKEN with IM’s console; a change there takes about 2 minutes.',
    zh: 'Sign 与 Token 不符：请与 IM 控制台核对 IM_CALLBACK_TOKEN，控制台修改约 2 分钟后生效。',
  },
  CALLBACK_UNREADABLE: {
    status: 401,
    hint: 'The body is not the JSON object of a callback.',
    zh: '请求体不是回调的 JSON 对象。',
  },
  CALLBACK_CONTRADICTORY: {
    status: 401,
    hint: 'CallbackCommand differs in query and body, or the body lacks what the command needs.',
    zh: '查询参数与请求体的 CallbackCommand 不一致，或请求体缺少该命令必需的字段。',
  },
  IM_UNREACHABLE: {
    status: 500,
    hint: 'No answer of Tencent IM came in time; it is asked again by itself. Check the way out to IM_API_BASE.',
    zh: '腾讯云 IM 未在时限内应答，会自动重试；请检查到 IM_API_BASE 的网络。',
  },
  IM_REFUSED: {
    status: 500,
    hint: 'Tencent IM answered with this ErrorCode; shared/im/errcode.ts says what it means.',
    zh: '腾讯云 IM 返回了该 ErrorCode，含义见 shared/im/errcode.ts。',
  },
  IM_UNREADABLE: {
    status: 500,
    hint: 'What answered is not the JSON of Tencent IM: check IM_API_BASE and proxies on the way.',
    zh: '应答不是腾讯云 IM 的 JSON：请检查 IM_API_BASE 以及途中的代理。',
  },
  USER_SIG_INVALID: {
    status: 401,
    hint: 'The UserSig is malformed, expired, or signed with another key or for another UserID.',
    zh: 'UserSig 格式不对、已过期，或密钥、UserID 不符。',
  },
  USER_ID_INVALID: {
    status: 400,
    hint: 'A UserID is 1 to 32 bytes without control characters.',
    zh: 'UserID 须为 1–32 字节，且不含控制字符。',
  },
  USER_ID_TAKEN: {
    status: 500,
    hint: 'The UserID belongs to another person already: choose another one.',
    zh: '该 UserID 已属于其他用户，请换一个。',
  },
  REQUEST_INVALID: {
    status: 400,
    hint: 'Mend the request as it is said here; docs/deploy.md shows one in step 10.',
    zh: '请按上述提示修改请求，示例见 docs/deploy.md 第 10 步。',
  },
  KEY_REUSED: {
    status: 400,
    hint: 'The idempotencyKey was used for another message: take a new one.',
    zh: '该 idempotencyKey 已用于另一条消息，请换用新的。',
  },
  TEMPLATE_UNKNOWN: {
    status: 400,
    hint: 'The template is not in shared/reply/templates.json: npm run -s wx -- templates pull.',
    zh: 'shared/reply/templates.json 中没有该模板：请运行 npm run -s wx -- templates pull。',
  },
  TEMPLATE_DATA_INVALID: {
    status: 400,
    hint: 'Mend the fields named here: WeChat would refuse them with 47003.',
    zh: '请改正上述字段，否则微信会返回 47003。',
  },
  LOGIN_REFUSED: {
    status: 401,
    hint: 'WeChat does not take the code: call wx.login again, each code is good for one use within 5 minutes.',
    zh: '微信不接受该 code：请重新调用 wx.login，每个 code 只能使用一次，5 分钟内有效。',
  },
  LOGIN_TOO_OFTEN: {
    status: 429,
    hint: 'Too many logins from this address or with this code: try again in a minute.',
    zh: '该地址或该 code 登录过于频繁，请一分钟后重试。',
  },
  PICTURE_UNREACHABLE: {
    status: 500,
    hint: 'The picture could not be fetched in time; it is tried again by itself. Check the host named here.',
    zh: '图片未能及时下载，任务会自动重试；请检查此处的主机。',
  },
  PICTURE_UNUSABLE: {
    status: 500,
    hint: 'A picture is a JPEG, PNG or GIF of at most 2 MB behind https: or in a data: URL; mend the rule that names it.',
    zh: '图片须为不超过 2 MB 的 JPEG、PNG 或 GIF，使用 https: 或 data: 地址；请修改引用它的规则。',
  },
  HANDLER_FAILED: {
    status: 500,
    hint: 'A handler of shared/reply/handlers threw or took longer than its deadline; its own log lines tell more.',
    zh: 'shared/reply/handlers 中的处理函数抛错或超时，详见其日志。',
  },
} as const satisfies Record<string, FaultRow>

export type FaultCode = keyof typeof FAULTS
/** What may be known about a fault: names and counts, never a secret, an openid or user text. */
export type FaultFacts = Readonly<Record<string, string | number>>

interface FaultOptions extends ErrorOptions {
  /** What to do next, where more is known than the code alone tells. */
  readonly hint?: string
  readonly zh?: string
}

/** The one error of this project: a code, facts that are safe to log, and a hint that says what to do next. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly facts: FaultFacts
  /** What to do next. */
  readonly hint: string
  readonly zh: string

  constructor(code: FaultCode, facts: FaultFacts = {}, options: FaultOptions = {}) {
    const known = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
    const { hint, zh } = { ...FAULTS[code], ...options }
    super(`${[code, ...known].join(' ')}: ${hint} ${zh}`, options)
    this.code = code
    this.facts = facts
    this.hint = hint
    this.zh = zh
  }

  get status(): FaultRow['status'] {
    return FAULTS[this.code].status
  }
}

/** The database did not answer, or somebody was in the way: what was to be done may be done later. */
export const isUnavailable = (cause: unknown): cause is Fault =>
  cause instanceof Fault && cause.code === 'TABLE_UNAVAILABLE'

/** Why something was given up, in words that are safe to log: what is no {@link Fault} is a bug, of which the name is said. */
export const whyOf = (cause: unknown): { readonly reason: FaultCode | 'BUG'; readonly because: string } =>
  cause instanceof Fault
    ? { reason: cause.code, because: String(cause.facts.because ?? '') }
    : { reason: 'BUG', because: cause instanceof Error ? cause.name : typeof cause }
