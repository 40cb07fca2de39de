import { asList, isTree, scalarOf, type WireTree } from '../../../shared/wechat/wire.ts'

const WRAPPERS: Readonly<Record<string, string>> = {
  subscribe_msg_popup_event: 'SubscribeMsgPopupEvent',
  subscribe_msg_change_event: 'SubscribeMsgChangeEvent',
}

/** How often each person has allowed each template; for a long-term template once is enough. */
export function permits() {
  const people = new Map<string, Map<string, number>>()
  return { hear, countOf, use, of, set }

  /** What a popup or a change of settings says; other events say nothing here. */
  function hear(openId: string, kind: string, fields: WireTree): void {
    const wrapper = WRAPPERS[kind]
    if (wrapper === undefined) return
    const wrapped = fields[wrapper]
    for (const entry of asList(isTree(wrapped) ? wrapped.List : fields.List)) {
      if (!isTree(entry)) continue
      const status = scalarOf(entry.SubscribeStatusString)
      decide(openId, scalarOf(entry.TemplateId), status, kind)
    }
  }

  /** A popup adds, a rejection takes everything away; WeChat tells no other change today. */
  function decide(openId: string, templateId: string, status: string, kind: string): void {
    const isAdded = status === 'accept' && kind === 'subscribe_msg_popup_event'
    if (isAdded) set(openId, templateId, countOf(openId, templateId) + 1)
    else if (status !== 'accept') set(openId, templateId, 0)
  }

  function countOf(openId: string, templateId: string): number {
    return people.get(openId)?.get(templateId) ?? 0
  }

  function use(openId: string, templateId: string): void {
    set(openId, templateId, countOf(openId, templateId) - 1)
  }

  /** By template, what is left. */
  function of(openId: string): Readonly<Record<string, number>> {
    return Object.fromEntries([...(people.get(openId) ?? [])].filter(([, count]) => count > 0))
  }

  /** From now on it is so often. */
  function set(openId: string, templateId: string, count: number): void {
    const person = people.get(openId) ?? new Map<string, number>()
    people.set(openId, person.set(templateId, count))
  }
}

export type Permits = ReturnType<typeof permits>
