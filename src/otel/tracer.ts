// What is used of OpenTelemetry's interfaces. They are not imported, because a program without @opentelemetry/api has no types of it.

/** What a span or a measurement is about. */
export type OtelAttributes = Record<string, string | number | boolean>;

/** The `Context` of `@opentelemetry/api`. */
export interface OtelContext {
  readonly getValue: (key: symbol) => unknown;
  readonly setValue: (key: symbol, value: unknown) => OtelContext;
  readonly deleteValue: (key: symbol) => OtelContext;
}

/** The `Span` of `@opentelemetry/api`, as far as it is used. */
export interface OtelSpan {
  readonly setAttributes: (attributes: OtelAttributes) => unknown;
  readonly addEvent: (name: string, attributes: OtelAttributes, time: Date) => unknown;
  readonly recordException: (exception: { name: string; message: string; stack?: string }, time: Date) => void;
  readonly setStatus: (status: { code: number; message?: string }) => unknown;
  readonly end: (time: Date) => void;
}

/** The `Tracer` of `@opentelemetry/api`, as far as it is used. */
export interface OtelTracer {
  readonly startSpan: (
    name: string,
    options: { startTime: Date; attributes: OtelAttributes },
    context: OtelContext,
  ) => OtelSpan;
}
