import { rules } from '../../shared/reply/table.ts'

/** Nobody writes to a customer service here. */
export const NOTICE_RULES = rules({
  welcome: [],
  keywords: [],
  otherwise: { text: [], image: [], miniprogrampage: [] },
  events: {},
})
