/** A list price: so many dollars for so many units. */
export interface Price {
  readonly usd: number
  readonly per: number
  readonly unit: string
  readonly source: string
}

const price = (usd: number, per: number, unit: string, source: string): Price => ({ usd, per, unit, source })

/** Where they hold, and when they were looked up. No free tier, no discount, no tax. */
export const PRICES_OF = { region: 'us-east-1', date: '2026-11-21' } as const

const LIST = 'AWS Price List'

/**
 * AWS's list prices. Most come from copies of the AWS Price List, named by its version, others from AWS's pricing pages.
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html
 */
export const PRICES = {
  // Above 300 million requests a month it is 0.90.
  httpApi: price(1, 1e6, 'requests', `${LIST}, AmazonApiGateway 20260921231404`),
  lambdaRequests: price(0.2, 1e6, 'invocations', `${LIST}, AWSLambda 20260919002359`),
  lambdaTime: price(0.0000133334, 1, 'GB-seconds on arm64', `${LIST}, AWSLambda 20260919002359`),
  // Halved on 2024-11-01.
  tableWrites: price(0.625, 1e6, 'write request units', `${LIST}, AmazonDynamoDB 20260911124422`),
  tableReads: price(0.125, 1e6, 'read request units', `${LIST}, AmazonDynamoDB 20260911124422`),
  tableStorage: price(0.25, 1e9, 'bytes for a month', 'https://aws.amazon.com/dynamodb/pricing/on-demand/'),
  tableRecovery: price(0.2, 1e9, 'bytes for a month', 'https://aws.amazon.com/dynamodb/pricing/on-demand/'),
  logsIn: price(0.5, 1e9, 'bytes', 'https://aws.amazon.com/cloudwatch/pricing/'),
  logsKept: price(0.03, 1e9, 'bytes for a month', 'https://aws.amazon.com/cloudwatch/pricing/'),
  metrics: price(0.3, 1, 'metrics', 'https://aws.amazon.com/cloudwatch/pricing/'),
  alarms: price(0.1, 1, 'alarms', 'https://aws.amazon.com/cloudwatch/pricing/'),
  dashboards: price(3, 1, 'dashboards', 'https://aws.amazon.com/cloudwatch/pricing/'),
  dataOut: price(0.09, 1e9, 'bytes', 'https://aws.amazon.com/ec2/pricing/on-demand/'),
} as const satisfies Readonly<Record<string, Price>>

export const dollars = (name: keyof typeof PRICES, amount: number): number =>
  (PRICES[name].usd * amount) / PRICES[name].per
