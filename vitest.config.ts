import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', 'json'],
    // Not an option of the reporter: that would win over --outputFile.
    outputFile: { json: '.wx/report.json' },
    // Whatever a developer has set for npm start is not what is tested.
    env: {
      WX_ENV_FILE: 'test/no.env',
      WECHAT_APP_ID: '',
      WECHAT_TOKEN: '',
      WECHAT_ENCODING_AES_KEY: '',
      WECHAT_PUSH_MODE: '',
      PUSH_RETENTION_HOURS: '',
      LOG_LEVEL: '',
      WECHAT_APP_SECRET: '',
      WECHAT_API_BASE: '',
      LONG_TERM_TEMPLATES: '',
      TABLE_NAME: '',
      METRICS_NAMESPACE: '',
    },
    // Many tests wait for other processes: one more at a time than the default on two cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    // What is polled for comes; a busy machine may take its time.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
  },
})
