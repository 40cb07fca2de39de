/** Who gets notices: whoever is not online, or of them nobody whom a vendor's push of an app of ours still reaches (`PushOnline`). */
export const NOTIFY_WHEN = ['offline', 'not-online'] as const
export type NotifyWhen = (typeof NOTIFY_WHEN)[number]
