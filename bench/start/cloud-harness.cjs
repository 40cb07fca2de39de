// One cold start of a cloud function: loads the folder, hands it one event, tells when it began to load and when it was answered, by the
// clock that all processes share. node cloud-harness.cjs <folder> <event> <limit in ms>
const [folder = '', event = '', limit = ''] = process.argv.slice(2)

const begun = process.hrtime.bigint()
require(folder)
  .main(JSON.parse(event), { time_limit_in_ms: Number(limit) })
  .then((/** @type {unknown} */ answer) => {
    const answered = process.hrtime.bigint()
    console.log(JSON.stringify({ begun: String(begun), answered: String(answered), answer }))
    process.exit(0)
  })
