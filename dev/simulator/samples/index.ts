import type { Kind } from '../../../shared/wechat/message.ts'
import { ACCOUNT_SAMPLES } from './account.ts'
import { AUDIT_SAMPLES } from './audit.ts'
import { COMPLIANCE_SAMPLES } from './compliance.ts'
import { CUSTOMER_SERVICE_EVENT_SAMPLES, CUSTOMER_SERVICE_MESSAGE_SAMPLES } from './customer-service.ts'
import { DELIVERY_SAMPLES } from './delivery.ts'
import { EXPRESS_SAMPLES } from './express.ts'
import { LIVE_SAMPLES } from './live.ts'
import { LOGISTICS_SAMPLES } from './logistics.ts'
import { MEDIA_SAMPLES } from './media.ts'
import { ORDER_SAMPLES } from './order.ts'
import { MINI_GAME_SAMPLES, PAYMENT_SAMPLES, REFUND_INQUIRY_SAMPLES } from './payment.ts'
import { PLATFORM_SAMPLES } from './platform.ts'
import { SAFETY_SAMPLES } from './safety.ts'
import type { Sample } from './sample.ts'
import { SUBSCRIBE_SAMPLES } from './subscribe.ts'

export type { About, Sample } from './sample.ts'
export { VARIANTS } from './variants.ts'

/** What WeChat pushes, one believable example of every kind. */
export const SAMPLES: Readonly<Record<Kind, Sample>> = {
  ...CUSTOMER_SERVICE_MESSAGE_SAMPLES,
  ...CUSTOMER_SERVICE_EVENT_SAMPLES,
  ...SUBSCRIBE_SAMPLES,
  ...SAFETY_SAMPLES,
  ...AUDIT_SAMPLES,
  ...COMPLIANCE_SAMPLES,
  ...ACCOUNT_SAMPLES,
  ...PLATFORM_SAMPLES,
  ...ORDER_SAMPLES,
  ...LOGISTICS_SAMPLES,
  ...EXPRESS_SAMPLES,
  ...DELIVERY_SAMPLES,
  ...PAYMENT_SAMPLES,
  ...MINI_GAME_SAMPLES,
  ...REFUND_INQUIRY_SAMPLES,
  ...LIVE_SAMPLES,
  ...MEDIA_SAMPLES,
}
