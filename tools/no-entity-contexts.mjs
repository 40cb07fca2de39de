// Stands in for is-unsafe in the bundles: fast-xml-parser asks it about the entities of a document type, and ours refuses every
// document type before that (entityDecoder in shared/wechat/wire.ts). Its tables of patterns take a millisecond of a cold start.
export const HTML = 'html'
export const XML = 'xml'
export const isUnsafe = () => true
