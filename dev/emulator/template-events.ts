import type { Cursor } from './cursor.ts'
import type { EventSourceSettings } from './event-source-settings.ts'
import { readSchedules, type ScheduleSettings } from './template-schedules.ts'
import { readStream } from './template-streams.ts'
import type { TableTemplate } from './template-tables.ts'

/** What invokes a function. */
export interface EventsTemplate {
  readonly routes: readonly Route[]
  readonly streams: readonly EventSourceSettings[]
  readonly schedules: readonly ScheduleSettings[]
}

interface Route {
  readonly method: string
  readonly path: string
  /** `authorizer: { type: aws_iam }`: requests have to be signed. */
  readonly isSigned: boolean
}

export function readEvents(events: Cursor, tables: ReadonlyMap<string, TableTemplate>): EventsTemplate {
  const sources = events.isAbsent ? [] : events.items().flatMap((event) => event.entries())
  for (const [type, source] of sources) if (!TYPES.includes(type)) source.reject('is not emulated')
  const of = (wanted: string): readonly Cursor[] =>
    sources.filter(([type]) => type === wanted).map(([, source]) => source)
  return {
    routes: of('httpApi').map(readRoute),
    streams: of('stream').flatMap((stream) => readStream(stream, tables) ?? []),
    schedules: of('schedule').flatMap(readSchedules),
  }
}

const TYPES = ['httpApi', 'stream', 'schedule']

function readRoute(route: Cursor): Route {
  if (!route.isMap()) return { ...routeOf(route, route.text()), isSigned: false }
  for (const [key, value] of route.entries()) {
    if (!['method', 'path', 'authorizer'].includes(key)) value.reject('is not emulated')
  }
  const text = `${route.get('method').text()} ${route.get('path').text()}`
  return { ...routeOf(route, text), isSigned: hasIam(route.get('authorizer')) }
}

/** A text names an authorizer of the provider's, of which none is emulated. */
function hasIam(authorizer: Cursor): boolean {
  if (authorizer.isAbsent) return false
  if (!authorizer.isMap()) return authorizer.reject('is not emulated')
  for (const [key, value] of authorizer.entries()) if (key !== 'type') value.reject('is not emulated')
  const type = authorizer.get('type')
  return type.text() === 'aws_iam' || type.reject(`is ${type.text()}, which is not emulated`)
}

function routeOf(route: Cursor, text: string): Pick<Route, 'method' | 'path'> {
  const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY|\*) (\/[^\s{*]*)$/i.exec(text) ?? []
  if (method === undefined || path === undefined) return route.reject(`is ${text}, not a method and a plain path`)
  return { method: method === '*' ? 'ANY' : method.toUpperCase(), path }
}
