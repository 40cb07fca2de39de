import type { WireTree } from '../../shared/wechat/wire.ts'
import type { Try } from '../simulator/sender.ts'

/** One try in words: what came back, and what WeChat makes of it. */
export function verdictLine({ status, body, tookMs, verdict }: Try): string {
  switch (verdict.kind) {
    case 'delivered':
      return `${status} ${short(contentOf(verdict.fields) ?? body)}  ✓ delivered 送达 (${tookMs} ms)`
    case 'abnormal':
      return `${status} ${short(body)}  ✗ abnormal 异常: ${verdict.because}`
    case 'refused':
      return status === 404
        ? `${status}  ✗ no such route; the URL ends in /push 路径不对，URL 应以 /push 结尾`
        : `${status}  ✗ refused 被拒绝: the reason is in the function's log 原因见函数日志`
    case 'unanswered':
      return `${status === -1 ? '' : `${status}  `}✗ unanswered 无应答: ${verdict.because}${whatNext(verdict.because)}`
  }
}

/** What an answer says once it is opened. */
const contentOf = (fields: WireTree | undefined): string | undefined =>
  fields === undefined ? undefined : JSON.stringify(fields)

const short = (body: string): string => (body.length > 240 ? `${body.slice(0, 240)}…` : body)

const whatNext = (because: string): string =>
  because === 'ECONNREFUSED' ? '; is `npm start` running? 请先运行 npm start' : ''
