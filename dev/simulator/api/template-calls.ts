import type { WireDraft } from '../../../shared/wechat/wire.ts'
import { type Answer, ok } from './answer.ts'
import { type ApiCall, membersOf, textMember } from './call.ts'
import { CATEGORIES, type Keyword, LIBRARY } from './library.ts'
import { refuse } from './refusal.ts'
import { chosenTemplate, type Template } from './template.ts'

/** Private templates that an account may have. */
const MOST_TEMPLATES = 25
const MOST_TITLES = 30
const LONGEST_SCENE = 15

/**
 * `wxaapi/newtmpl/*`: the templates of the account.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/addMessageTemplate.html
 */
export function templateCalls(initial: readonly Template[]) {
  let templates = initial
  const find = (id: unknown): Template | undefined => templates.find(({ priTmplId }) => priTmplId === id)
  return { all: () => templates, find, list, categories, titles, keywords, add, remove }

  function list(): Answer {
    return ok({ data: templates.map((template): WireDraft => ({ ...template })) })
  }

  function add(call: ApiCall): Answer {
    const members = membersOf(call)
    const from = LIBRARY.find(({ tid }) => tid === members.tid) ?? refuse(200014)
    const added = chosenTemplate(from, chosenKeywords(from.keywords, members.kidList))
    const { sceneDesc } = members
    if (sceneDesc !== undefined && !isScene(sceneDesc)) refuse(200021)
    if (templates.some(({ title, content }) => title === added.title && content === added.content)) refuse(200022)
    if (templates.length >= MOST_TEMPLATES) refuse(200012)
    templates = [...templates, added]
    return ok({ priTmplId: added.priTmplId })
  }

  function remove(call: ApiCall): Answer {
    const id = textMember(membersOf(call), 'priTmplId', 40037)
    if (find(id) === undefined) refuse(40037)
    templates = templates.filter(({ priTmplId }) => priTmplId !== id)
    return ok()
  }
}

const categories = (): Answer => ok({ data: CATEGORIES })

function titles({ query }: ApiCall): Answer {
  const ids = query.get('ids') ?? ''
  if (ids === '') refuse(200018)
  const start = Number(query.get('start') ?? 'none')
  const limit = Number(query.get('limit') ?? 'none')
  if (!Number.isInteger(start) || start < 0) refuse(200016)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_TITLES) refuse(200017)
  const found = LIBRARY.filter(({ categoryId }) => ids.split(',').includes(String(categoryId)))
  const data = found.slice(start, start + limit)
  return ok({
    count: found.length,
    data: data.map(({ tid, title, type, categoryId }) => ({
      tid: Number(tid),
      title,
      type,
      categoryId: String(categoryId),
    })),
  })
}

function keywords({ query }: ApiCall): Answer {
  const found = LIBRARY.find(({ tid }) => tid === query.get('tid')) ?? refuse(200014)
  const data = found.keywords.map(({ kid, name, example, rule }) => ({ kid, name, example, rule }))
  return ok({ count: data.length, data })
}

/** Two to five, each once. */
function chosenKeywords(offered: readonly Keyword[], kidList: unknown): readonly Keyword[] {
  if (!Array.isArray(kidList) || new Set(kidList).size !== kidList.length) refuse(200020)
  if (kidList.length < 2 || kidList.length > 5) refuse(200020)
  return kidList.map((kid: unknown) => offered.find((keyword) => keyword.kid === kid) ?? refuse(200020))
}

const isScene = (value: unknown): boolean => typeof value === 'string' && [...value].length <= LONGEST_SCENE
