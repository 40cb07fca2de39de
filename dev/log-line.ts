/** One line of a function's JSON log as people read it; any other line stays as it is. */
export function logLine(line: string): string {
  const facts = parse(line)
  if (facts === undefined) return `  ${line.trimEnd()}`
  const { level, event, at, ...rest } = facts
  const time = String(at).slice(11, 19)
  const said = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)
  return `  ${time}  ${String(event).padEnd(14)} ${said.join(' ')}`
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const facts: unknown = JSON.parse(line)
    return typeof facts === 'object' && facts !== null && 'event' in facts ? { ...facts } : undefined
  } catch {
    return undefined
  }
}
