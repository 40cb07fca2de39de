import type { AppId } from '../../kernel/ids.ts'
import { number, part, parts, type Shape, text, texts, time } from '../shape.ts'

const appId = text<AppId>('appid')
const rule = { ruleName: text('rule_name'), ruleUrl: text('rule_url') }
const illegalReason = text('illegal_reason')

/** @see https://developers.weixin.qq.com/miniprogram/dev/server/event_push/platform/Penalty_for_Violation.html */
export const COMPLIANCE_EVENTS = {
  wxa_illegal_record: {
    illegalRecordId: text('illegal_record_id'),
    appId,
    createdAt: time('create_time'),
    illegalReason,
    illegalContent: text('illegal_content'),
    ...rule,
  },
  wxa_appeal_record: {
    appealRecordId: text('appeal_record_id'),
    appId,
    appealTime: time('appeal_time'),
    appealCount: number('appeal_count'),
    /** 0 user, 1 provider. */
    appealFrom: number('appeal_from'),
    /** 1 to 4. */
    appealStatus: number('appeal_status'),
    auditTime: time('audit_time'),
    auditReason: text('audit_reason'),
    punishDescription: text('punish_description'),
    material: parts('material', {
      illegal: part('illegal_material', { content: text('content'), contentUrl: text('content_url') }),
      appeal: part('appeal_material', { reason: text('reason'), proofMaterialIds: texts('proof_material_id') }),
    }),
  },
  wxa_punish_event: {
    /** 1 warning, 2 functions banned, 3 taken down, 4 account banned, 10 (some pages: 5) page banned. */
    eventType: number('event_type'),
    punishId: text('punish_id'),
    appId,
    punishTime: time('punish_time'),
    illegalReason,
    illegalContent: texts('illegal_content'),
    ...rule,
    adjustGuideUrl: text('adjust_guide_url'),
    /** JSON in a string, in XML too; its members depend on `eventType`. */
    detail: text('detail'),
  },
} as const satisfies Record<string, Shape>
