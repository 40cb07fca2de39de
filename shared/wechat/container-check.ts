const JSON_CHECK = /^\s*\{\s*"action"\s*:\s*"CheckContainerPath"\s*\}\s*$/
const XML_CHECK = /^\s*<xml>\s*<action>(?:<!\[CDATA\[)?CheckContainerPath(?:\]\]>)?<\/action>\s*<\/xml>\s*$/
const LONGEST = 200

/**
 * What WeChat Cloud Run sends, unsigned, when a message path is saved. It says nothing and changes nothing, so anybody may have
 * its answer.
 */
export function isContainerCheck(body: Uint8Array): boolean {
  if (body.byteLength > LONGEST) return false
  const text = Buffer.from(body).toString('latin1')
  return JSON_CHECK.test(text) || XML_CHECK.test(text)
}
