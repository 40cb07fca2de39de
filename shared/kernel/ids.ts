declare const brand: unique symbol
type Brand<Name extends string> = string & { readonly [brand]: Name }

/** A mini program's AppID, `wx` and 16 characters. */
export type AppId = Brand<'AppId'>
/** A user inside one mini program; case-sensitive. Platform events carry a fixed WeChat account here. */
export type OpenId = Brand<'OpenId'>
/** Digits of a 64-bit number: never a JavaScript number. */
export type MsgId = Brand<'MsgId'>
/** A subscribe-message template of the account (`priTmplId`). */
export type TemplateId = Brand<'TemplateId'>
/** A person in Tencent IM: 1 to 32 bytes without control characters. */
export type UserId = Brand<'UserId'>
/** An application of Tencent IM (`SDKAppID`), in digits. */
export type SdkAppId = Brand<'SdkAppId'>
