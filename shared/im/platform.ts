import { PLATFORMS, type Platform } from '../kernel/platform.ts'

/** IM writes `iOS`, `IOS` and `IPad`, `Mac` and `macOS`; `RESTAPI` and what we have not met are `other`. */
export function platformOf(name: string): Platform {
  const folded = name.toLowerCase().replace('macos', 'mac')
  return PLATFORMS.find((platform) => platform === folded) ?? 'other'
}
