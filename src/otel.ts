export { trace, type TraceOptions } from './otel/trace.js';
export { metrics, type MetricsOptions } from './otel/metrics.js';
export type { OtelAttributes, OtelContext, OtelSpan, OtelTracer } from './otel/tracer.js';
export type { OtelCounter, OtelHistogram, OtelMeter, OtelObservable, OtelResult } from './otel/meter.js';
