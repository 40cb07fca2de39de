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

const readRoute = (route: Cursor): Route =>
  route.isMap() ? routeOf(route, mapRoute(route)) : routeOf(route, route.text())

function mapRoute(route: Cursor): string {
  for (const [key, value] of route.entries()) {
    if (key === 'authorizer' && value.isMap() && value.get('type').text() === 'aws_iam') continue
    if (key !== 'method' && key !== 'path') value.reject('is not emulated')
  }
  return `${route.get('method').text()} ${route.get('path').text()}`
}

function routeOf(route: Cursor, text: string): Route {
  const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY|\*) (\/[^\s{*]*)$/i.exec(text) ?? []
  if (method === undefined || path === undefined) return route.reject(`is ${text}, not a method and a plain path`)
  return { method: method === '*' ? 'ANY' : method.toUpperCase(), path }
}
