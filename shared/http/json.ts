import type { PlainResponse } from './plain.ts'

export const jsonAnswer = (status: number, said: unknown): PlainResponse => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(said),
})
