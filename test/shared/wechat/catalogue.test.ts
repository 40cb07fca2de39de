import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readMessage } from '../../../shared/wechat/message.ts'
import { readWire } from '../../../shared/wechat/wire.ts'

interface Published {
  readonly pushes: readonly { readonly name: string; readonly body: string; readonly message: object }[]
}

const FOLDER = new URL('../../fixtures/pushes/', import.meta.url)

describe.each(readdirSync(FOLDER))('the published bodies of %s', (file) => {
  const { pushes } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Published

  test.each(pushes)('$name', ({ body, message }) => {
    expect(readMessage(readWire(body).fields)).toMatchObject(message)
  })
})
