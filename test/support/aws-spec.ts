import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'

export interface Resource {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
  readonly [attribute: string]: unknown
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly [section: string]: unknown
}

const spec = loadAwsServiceSpecSync()

const specOf = (type: string) => spec.lookup('resource', 'cloudFormationType', 'equals', type)[0]
type ResourceSpec = NonNullable<ReturnType<typeof specOf>>
type Properties = ResourceSpec['properties']
type PropertyType = Properties[string]['type']

/** What CloudFormation would hold against a template, by AWS's own specification of its resources. */
export function faultsOf(template: Template): readonly string[] {
  const resources = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    const found = specOf(Type)
    return found === undefined
      ? [`${id}: ${Type} is no resource`]
      : objectFaults(found.properties, Properties ?? {}, id)
  })
  return [...resources, ...referencesIn(template).filter((target) => !exists(target, template))]
}

/** Whether a service of AWS publishes this metric. */
export const isAwsMetric = (namespace: string, name: string): boolean =>
  spec.all('metric').some((metric) => metric.namespace === namespace && metric.name === name)

function objectFaults(properties: Properties, value: unknown, path: string): readonly string[] {
  if (!isObject(value)) return [`${path}: an object is expected`]
  const missing = Object.keys(properties).filter((name) => properties[name]?.required && value[name] === undefined)
  const present = Object.entries(value).flatMap(([name, member]) => {
    const property = properties[name]
    return property === undefined ? [`${path}.${name}: unknown`] : faults(property.type, member, `${path}.${name}`)
  })
  return [...missing.map((name) => `${path}.${name}: missing`), ...present]
}

function faults(type: PropertyType, value: unknown, path: string): readonly string[] {
  if (isIntrinsic(value)) return branchesOf(value).flatMap((branch, at) => faults(type, branch, `${path}.if.${at}`))
  switch (type.type) {
    case 'ref':
      return objectFaults(spec.get('typeDefinition', type.reference.$ref).properties, value, path)
    case 'array':
      if (!Array.isArray(value)) return [`${path}: a list is expected`]
      return value.flatMap((member, index) => faults(type.element, member, `${path}.${index}`))
    case 'map':
      if (!isObject(value)) return [`${path}: an object is expected`]
      return Object.entries(value).flatMap(([name, member]) => faults(type.element, member, `${path}.${name}`))
    case 'union': {
      const tried = type.types.map((member) => faults(member, value, path))
      return tried.some(({ length }) => length === 0) ? [] : (tried[0] ?? [])
    }
    default:
      return fits(type, value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${type.type} that is allowed`]
  }
}

function fits(type: PropertyType, value: unknown): boolean {
  if ('allowedValues' in type && type.allowedValues !== undefined) return type.allowedValues.some((v) => v === value)
  switch (type.type) {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === type.type
    case 'integer':
      return Number.isInteger(value)
    case 'tag':
      return isObject(value) && typeof value.Key === 'string' && value.Value !== undefined
    default:
      return true
  }
}

/** `Table`, `Table.Arn`: what Ref, Fn::GetAtt, Fn::Sub, Fn::If, DependsOn and Condition point at, wherever they stand. */
function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    if (name === 'Ref' || name === 'DependsOn') return [member].flat().map(String)
    if (name === 'Fn::GetAtt') return [[member].flat().join('.')]
    if (name === 'Fn::Sub') return [...String(member).matchAll(/\$\{([\w.:]+)\}/g)].map(([, target = '']) => target)
    if (name === 'Fn::If') return [`Conditions/${[member].flat()[0]}`, ...referencesIn(branchesOf({ [name]: member }))]
    if (name === 'Condition' && typeof member === 'string') return [`Conditions/${member}`]
    return referencesIn(member)
  })
}

const PSEUDO_PARAMETERS = ['AWS::AccountId', 'AWS::NoValue', 'AWS::Partition', 'AWS::Region', 'AWS::URLSuffix']

function exists(target: string, { Resources, Conditions }: Template): boolean {
  if (PSEUDO_PARAMETERS.includes(target)) return true
  if (target.startsWith('Conditions/')) return isObject(Conditions) && target.slice('Conditions/'.length) in Conditions
  const [id = '', attribute] = target.split('.')
  const resource = Resources[id]
  if (resource === undefined) return false
  return attribute === undefined || attribute in (specOf(resource.Type)?.attributes ?? {})
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a choice between two values can become; nothing for any other function. */
function branchesOf(value: unknown): readonly unknown[] {
  const choice = isObject(value) ? value['Fn::If'] : undefined
  return Array.isArray(choice) ? choice.slice(1) : []
}

const isIntrinsic = (value: unknown): boolean => {
  const [only = '', ...others] = isObject(value) ? Object.keys(value) : []
  return others.length === 0 && (only === 'Ref' || only.startsWith('Fn::'))
}
