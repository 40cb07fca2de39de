/** WeChat's words for its errcodes, without the `rid` that ends them. */
const ERRMSGS: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40004: 'invalid media type',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40009: 'invalid image size',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40035: 'invalid parameter',
  40037: 'invalid template_id',
  40066: 'invalid url',
  40113: 'unsupported file type',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40164: 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist',
  40226: 'code blocked',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41005: 'media data missing',
  41008: 'missing code',
  41030: 'invalid page',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  43101: 'user refuse to accept the msg',
  43108: 'concurrent sending to the same user',
  44001: 'empty media data',
  44002: 'empty post data',
  44004: 'empty content',
  45002: 'content size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45047: 'out of response count limit',
  45072: 'invalid typing command',
  45080: 'no message interaction with the user in the last 30 seconds',
  45081: 'already typing',
  47001: 'data format error',
  47003: 'argument invalid!',
  48001: 'api unauthorized',
  200002: 'invalid args',
  200012: 'private template count limit',
  200014: 'template tid error',
  200016: 'invalid start',
  200017: 'invalid limit',
  200018: 'ids missing',
  200020: 'kidList error',
  200021: 'sceneDesc error',
  200022: 'duplicate template',
}

/** Ends a call with an errcode. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly errcode: number

  constructor(errcode: number, errmsg: string = ERRMSGS[errcode] ?? 'system error') {
    super(errmsg)
    this.errcode = errcode
  }
}

/** @throws {Refusal} */
export function refuse(errcode: number, errmsg?: string): never {
  throw new Refusal(errcode, errmsg)
}
