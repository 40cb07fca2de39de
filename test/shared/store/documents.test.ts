import { documentMedia } from '../../../shared/store/document-media.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { workedDocuments } from '../../support/document-world.ts'
import { documentsContract } from '../../support/documents-contract.ts'
import { inboxContract } from '../../support/inbox-contract.ts'
import { mediaContract } from '../../support/media-contract.ts'

const documents = memoryDocuments()
const memory = () => documents

documentsContract('memory', memory)
inboxContract('documents in memory', workedDocuments(memory))
mediaContract('documents in memory', (clock, _, life) => documentMedia(memoryDocuments(), clock, life))
