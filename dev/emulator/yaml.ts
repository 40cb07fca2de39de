import { isNode, Pair, parseDocument, visit, YAMLMap } from 'yaml'

/** `!Sub x` → `Fn::Sub`, the long form that every tag of CloudFormation has. */
const longName = (tag: string): string =>
  tag === '!Ref' || tag === '!Condition' ? tag.slice(1) : `Fn::${tag.slice(1)}`

/**
 * YAML or JSON as Serverless reads it; CloudFormation's tags become their long form: `!Ref Table` → `{ Ref: 'Table' }`.
 * @throws {Error} where the text is not YAML, with line and column
 */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { merge: true })
  const [error] = document.errors
  if (error !== undefined) throw error
  visit(document, {
    Node(_, node) {
      if (!isNode(node) || node.tag === undefined || !/^![A-Z]\w*$/.test(node.tag)) return undefined
      const map = new YAMLMap(document.schema)
      map.items.push(new Pair(longName(node.tag), node))
      delete node.tag
      return map
    },
  })
  return document.toJS()
}
