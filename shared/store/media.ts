/**
 * Which `media_id` a picture has at WeChat, by a key of the picture.
 * @throws {Fault} TABLE_UNAVAILABLE, every method
 */
export interface MediaIds {
  find(key: string): Promise<string | undefined>
  keep(key: string, mediaId: string): Promise<void>
  /** Only if it is still this one. */
  forget(key: string, mediaId: string): Promise<void>
}
