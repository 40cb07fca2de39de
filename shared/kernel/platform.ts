/** Of Tencent IM's clients; a mini program is `web`. */
export const PLATFORMS = ['web', 'ios', 'android', 'ipad', 'windows', 'mac', 'linux', 'other'] as const
export type Platform = (typeof PLATFORMS)[number]
