import { type Answer, json } from './answer.ts'
import { type ApiCall, membersOf } from './call.ts'
import { refuse } from './refusal.ts'

const ACTIONS: readonly unknown[] = ['dns', 'ping', 'all']
const OPERATORS: readonly unknown[] = ['CHINANET', 'UNICOM', 'CAP', 'DEFAULT']

/** Addresses for documentation, RFC 5737 and RFC 3849. */
const CALLBACK_ADDRESSES = ['203.0.113.0/25', '198.51.100.17', '2001:db8:101::/48']

/** `GET /cgi-bin/getcallbackip` */
export const callbackAddresses = (): Answer => json({ ip_list: CALLBACK_ADDRESSES })

/** `POST /cgi-bin/callback/check`: WeChat looks up the push URL and pings it. */
export function checkCallback(call: ApiCall): Answer {
  const { action, check_operator: operator } = membersOf(call)
  if (!ACTIONS.includes(action) || !OPERATORS.includes(operator)) refuse(40035)
  const dns = [{ ip: '203.0.113.7', real_operator: 'UNICOM' }]
  const ping = [{ ip: '203.0.113.7', from_operator: 'UNICOM', package_loss: '0%', time: '23.079ms' }]
  return json({ ...(action === 'ping' ? {} : { dns }), ...(action === 'dns' ? {} : { ping }) })
}
