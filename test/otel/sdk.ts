import { createRequire } from 'node:module';
import type { OtelMeter, OtelTracer } from '../../src/otel.js';

const require = createRequire(import.meta.url);

/** A span as the SDK exports it. */
export interface ExportedSpan {
  readonly name: string;
  readonly startTime: readonly [number, number];
  readonly endTime: readonly [number, number];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number; readonly message?: string };
  readonly events: readonly { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> }[];
  readonly parentSpanContext?: { readonly spanId: string; readonly traceId: string };
  readonly spanContext: () => { readonly spanId: string; readonly traceId: string };
}

interface TraceSdk {
  readonly InMemorySpanExporter: new () => { readonly getFinishedSpans: () => readonly ExportedSpan[] };
  readonly SimpleSpanProcessor: new (exporter: object) => object;
  readonly BasicTracerProvider: new (options: { readonly spanProcessors: readonly object[] }) => {
    readonly getTracer: (name: string) => OtelTracer;
  };
}

/** A tracer of the SDK, and the spans that it has exported. */
export const memoryTracer = () => {
  const sdk: TraceSdk = require('@opentelemetry/sdk-trace-base');
  const exporter = new sdk.InMemorySpanExporter();
  const provider = new sdk.BasicTracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor(exporter)] });
  return { tracer: provider.getTracer('test'), spans: () => exporter.getFinishedSpans() };
};

interface Collected {
  readonly resourceMetrics: {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly descriptor: { readonly name: string; readonly unit: string };
        readonly dataPoints: readonly {
          readonly attributes: Readonly<Record<string, unknown>>;
          readonly value: number | { readonly count: number; readonly sum: number };
        }[];
      }[];
    }[];
  };
  readonly errors: readonly unknown[];
}

interface MetricsSdk {
  readonly MetricReader: new () => { readonly collect: () => Promise<Collected> };
  readonly MeterProvider: new (options: { readonly readers: readonly object[] }) => {
    readonly getMeter: (name: string) => OtelMeter;
  };
}

/** A meter of the SDK, and what it has measured: lines `name{attributes} value unit`. */
export const memoryMeter = () => {
  const sdk: MetricsSdk = require('@opentelemetry/sdk-metrics');
  // What an exporter does is the SDK's: a reader is enough.
  const Reader = class extends sdk.MetricReader {
    onShutdown = () => Promise.resolve();
    onForceFlush = () => Promise.resolve();
  };
  const reader = new Reader();
  const provider = new sdk.MeterProvider({ readers: [reader] });
  const read = async (): Promise<readonly string[]> => {
    const { resourceMetrics } = await reader.collect();
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => {
          const labels = Object.entries(attributes).map(([name, label]) => `${name}=${String(label)}`);
          const number = typeof value === 'number' ? value : `${value.count}/${value.sum}`;
          return `${descriptor.name}{${labels.join(',')}} ${number} ${descriptor.unit}`;
        }),
      ),
    );
  };
  return { meter: provider.getMeter('test'), read };
};
