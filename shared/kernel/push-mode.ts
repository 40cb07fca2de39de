/** How pushes are encrypted, as chosen in WeChat's console: 明文, 兼容, 安全. */
export const PUSH_MODES = ['plaintext', 'compatible', 'safe'] as const
export type PushMode = (typeof PUSH_MODES)[number]
