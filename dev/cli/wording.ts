import type { WireTree } from '../../shared/wechat/wire.ts'
import type { CloudPushed } from '../local-cloud.ts'
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

/** How one invocation of a cloud function ended. */
export function cloudLine(pushed: CloudPushed): string {
  const took = `${pushed.tookMs} ms`
  if ('result' in pushed) {
    const { result } = pushed
    const said = typeof result === 'string' ? result : short(JSON.stringify(result))
    return isTaken(pushed)
      ? `${said}  ${took}`
      : `${said}  ✗ refused 被拒绝: the reason is in the log 原因见日志  ${took}`
  }
  if ('error' in pushed) return `✗ it threw 抛出异常: ${short(pushed.error.message)}  ${took}`
  if ('timedOut' in pushed) return `✗ ended at its time limit 超时被终止  ${took}`
  return `✗ its process ended 进程意外退出: ${pushed.crashed.signal ?? pushed.crashed.code}  ${took}`
}

/** What is neither `success`, a hand-over nor an ErrCode of 0, WeChat or the payment takes for a failure. */
export function isTaken(pushed: CloudPushed): boolean {
  if (!('result' in pushed)) return false
  const { result } = pushed
  if (typeof result !== 'object' || result === null) return result === 'success'
  return 'ErrCode' in result ? result.ErrCode === 0 : 'MsgType' in result
}

/** What an answer says once it is opened. */
const contentOf = (fields: WireTree | undefined): string | undefined =>
  fields === undefined ? undefined : JSON.stringify(fields)

const short = (body: string): string => (body.length > 240 ? `${body.slice(0, 240)}…` : body)

const whatNext = (because: string): string =>
  because === 'ECONNREFUSED' ? '; is `npm start` running? 请先运行 npm start' : ''
