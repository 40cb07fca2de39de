/** `undefined` for what is no URL; `URL.canParse` is younger than the oldest Node that a cloud function runs on. */
export function urlOf(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
