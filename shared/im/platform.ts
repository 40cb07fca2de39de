/** Of IM's clients; a mini program is `web`. */
const PLATFORMS = ['web', 'ios', 'android', 'ipad', 'windows', 'mac', 'linux', 'other'] as const
export type Platform = (typeof PLATFORMS)[number]

/** IM writes `iOS`, `IOS` and `IPad`, `Mac` and `macOS`; `RESTAPI` and what we have not met are `other`. */
export function platformOf(name: string): Platform {
  const folded = name.toLowerCase().replace('macos', 'mac')
  return PLATFORMS.find((platform) => platform === folded) ?? 'other'
}
