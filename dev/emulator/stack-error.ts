const CODES = {
  PORT_TAKEN: {
    hint: 'Another program listens there: stop it, or choose another port: npm start -- --port 3001.',
    zh: '端口已被占用：请关闭占用它的程序，或换一个端口：npm start -- --port 3001。',
  },
  TEMPLATE_INVALID: {
    hint: 'Correct serverless.yml or the file it includes; what the local stack reads is in dev/emulator/template.ts.',
    zh: '请改正 serverless.yml 或其引用的文件；本地环境支持的写法见 dev/emulator/template.ts。',
  },
  REQUEST_INVALID: {
    hint: 'Correct the request; the cause names what is wrong with it.',
    zh: '请求有误，请按提示改正。',
  },
} as const

/** What the local stack cannot do: start, or answer a request of its developer. A code, the cause, and what to do next. */
export class StackError extends Error {
  override readonly name = 'StackError'
  readonly code: keyof typeof CODES

  constructor(code: keyof typeof CODES, cause: string, options?: ErrorOptions) {
    super(`${code} ${cause}: ${CODES[code].hint} ${CODES[code].zh}`, options)
    this.code = code
  }
}
