// One cold start: loads the bundle, hands it one event, leaves when it is answered. node harness.cjs <bundle> <event>
const [bundle = '', event = ''] = process.argv.slice(2)

require(bundle)
  .handler(JSON.parse(event), { getRemainingTimeInMillis: () => 300_000 })
  .then((/** @type {{ statusCode?: number, batchItemFailures?: unknown[] }} */ { statusCode, batchItemFailures }) =>
    process.exit(statusCode === 200 || batchItemFailures?.length === 0 ? 0 : 1),
  )
