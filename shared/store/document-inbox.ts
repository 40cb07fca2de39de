import { isUnavailable } from '../kernel/fault.ts'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { type Documents, hasCome } from './documents.ts'
import { forgetAt, type Inbox } from './inbox.ts'
import { pushDocument } from './push-document.ts'

/** An inbox of documents: one write a push, no read. */
export const documentInbox = (documents: Documents, clock: Clock, retention: Seconds): Inbox => ({
  async accept(push) {
    const now = clock()
    const document = pushDocument(push, now, forgetAt(push, toSeconds(now), retention))
    if (await documents.add(document)) return 'new'
    // What may be forgotten is removed late, or just now.
    const renewed = documents.change([document.id], ([before]) =>
      before === undefined || hasCome(before.expiresAt, now) ? [document] : undefined,
    )
    // That it was there is known, whatever fails after that.
    return (await renewed.catch(unlessUnavailable)) ? 'new' : 'seen'
  },
})

function unlessUnavailable(cause: unknown): false {
  if (isUnavailable(cause)) return false
  throw cause
}
