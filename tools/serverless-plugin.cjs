// Hooks of the `serverless` command: bundle before packaging.
const { execFileSync } = require('node:child_process')

const bundle = () =>
  void execFileSync(process.execPath, ['tools/build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] })

module.exports = class WeappPushPlugin {
  constructor() {
    this.hooks = {
      'before:package:createDeploymentArtifacts': bundle,
      'before:deploy:function:packageFunction': bundle,
    }
  }
}
