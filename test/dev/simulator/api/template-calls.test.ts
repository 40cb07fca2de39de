import { beforeEach, describe, expect, test } from 'vitest'
import { MESSAGED, VISITING } from '../../../../dev/simulator/api/template.ts'
import { REFUNDED, SHIPPED } from '../../../../dev/simulator/samples/subscribe.ts'
import { aWorld, type World } from './world.ts'

const NEWTMPL = '/wxaapi/newtmpl'

let world: World
beforeEach(async () => {
  world = await aWorld()
})

const errcodeOf = async (name: string, body?: unknown): Promise<unknown> =>
  (await world.call(`${NEWTMPL}/${name}`, body)).says.errcode

const pub = async (name: string, query: Readonly<Record<string, string>>): Promise<unknown> =>
  (await world.get(`${NEWTMPL}/${name}`, { ...query, access_token: await world.token() })).says

describe('gettemplate', () => {
  test('answers the templates of the account', async () => {
    const { says } = await world.call(`${NEWTMPL}/gettemplate`)
    expect(says).toEqual({ errcode: 0, errmsg: 'ok', data: world.api.templates() })
    expect(world.api.templates().map(({ priTmplId }) => priTmplId)).toEqual([MESSAGED, SHIPPED, REFUNDED, VISITING])
  })

  test('writes the content in lines, and what an enum may be', () => {
    expect(world.api.templates().at(-1)).toEqual({
      priTmplId: VISITING,
      title: '就诊进度通知',
      content: '就诊人:{{name1.DATA}}\n就诊科室:{{thing2.DATA}}\n当前进度:{{enum3.DATA}}\n预约时间:{{time4.DATA}}\n',
      example: '就诊人:张三\n就诊科室:内科\n当前进度:候诊中\n预约时间:2025年10月9日 09:00~10:00\n',
      type: 3,
      keywordEnumValueList: [{ keywordCode: 'enum3', enumValueList: ['已预约', '候诊中', '就诊中', '已完成'] }],
    })
  })
})

describe('the public library', () => {
  test('is found by category, title and keyword', async () => {
    const { says } = await world.call(`${NEWTMPL}/getcategory`)
    expect(says).toMatchObject({ errcode: 0, data: [{ id: 307, name: '食品饮料' }, { id: 612 }] })
    const title = { tid: 1451, title: '退款成功通知', type: 2, categoryId: '307' }
    expect(await pub('getpubtemplatetitles', { ids: '307', start: '1', limit: '1' })).toMatchObject({
      count: 3,
      data: [title],
    })
    const first = { kid: 1, name: '退款金额', example: '¥128.00', rule: 'amount' }
    expect(await pub('getpubtemplatekeywords', { tid: '1451' })).toMatchObject({
      count: 5,
      data: expect.arrayContaining([first]),
    })
  })

  test.each([
    ['getpubtemplatetitles', { start: '0', limit: '1' }, 200018],
    ['getpubtemplatetitles', { ids: '307', start: '-1', limit: '1' }, 200016],
    ['getpubtemplatetitles', { ids: '307', start: '0', limit: '31' }, 200017],
    ['getpubtemplatekeywords', { tid: '1' }, 200014],
  ])('%s refuses %j', async (name, query, errcode) => {
    expect(await pub(name, query)).toMatchObject({ errcode })
  })
})

describe('addtemplate and deltemplate', () => {
  const NEW = { tid: '1451', kidList: [4, 1], sceneDesc: '退款进度' }

  test('change what the account has', async () => {
    const { says } = await world.call(`${NEWTMPL}/addtemplate`, NEW)
    expect(says).toEqual({ errcode: 0, errmsg: 'ok', priTmplId: expect.stringMatching(/^[\w-]{43}$/) })
    const content = '退款原因:{{thing4.DATA}}\n退款金额:{{amount1.DATA}}\n'
    expect(world.api.templates().at(-1)).toMatchObject({ priTmplId: says.priTmplId, content, type: 2 })
    expect(await errcodeOf('deltemplate', { priTmplId: says.priTmplId })).toBe(0)
    expect(world.api.templates()).toHaveLength(4)
    expect(await errcodeOf('deltemplate', { priTmplId: says.priTmplId })).toBe(40037)
  })

  test.each([
    ['a tid that is none', { tid: '1' }, 200014],
    ['one keyword', { kidList: [1] }, 200020],
    ['six keywords', { tid: '1856', kidList: [1, 2, 3, 4, 5, 6] }, 200020],
    ['a keyword that is none', { kidList: [1, 9] }, 200020],
    ['a keyword twice', { kidList: [1, 1] }, 200020],
    ['a description that is too long', { sceneDesc: '好'.repeat(16) }, 200021],
    ['what is there already', { kidList: [1, 2, 3, 5] }, 200022],
  ])('refuse %s', async (_, changes, errcode) => {
    expect(await errcodeOf('addtemplate', { ...NEW, ...changes })).toBe(errcode)
    expect(world.api.templates()).toHaveLength(4)
  })

  test('stop at 25', async () => {
    const blank = { content: '', example: '', type: 2 } as const
    const templates = Array.from({ length: 25 }, (_, n) => ({ ...blank, priTmplId: `T${n}`, title: `T${n}` }))
    world = await aWorld({ templates })
    expect(await errcodeOf('addtemplate', NEW)).toBe(200012)
  })
})
