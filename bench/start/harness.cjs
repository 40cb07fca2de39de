// One cold start: loads the bundle, hands it one event, leaves when it is answered. node harness.cjs <bundle> <event>
const [bundle = '', event = ''] = process.argv.slice(2)

require(bundle)
  .handler(JSON.parse(event))
  .then((/** @type {{ statusCode: number }} */ { statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
