import type { OtelAttributes } from './tracer.js';

/** A `Counter` of `@opentelemetry/api`. */
export interface OtelCounter {
  readonly add: (value: number, attributes: OtelAttributes) => void;
}

/** A `Histogram` of `@opentelemetry/api`. */
export interface OtelHistogram {
  readonly record: (value: number, attributes: OtelAttributes) => void;
}

/** What the callback of an asynchronous instrument writes to. */
export interface OtelResult {
  readonly observe: (value: number, attributes: OtelAttributes) => void;
}

/** An asynchronous instrument of `@opentelemetry/api`. */
export interface OtelObservable {
  readonly addCallback: (callback: (result: OtelResult) => void) => void;
  readonly removeCallback: (callback: (result: OtelResult) => void) => void;
}

interface About {
  description: string;
  unit?: string;
}

/** The `Meter` of `@opentelemetry/api`, as far as it is used. */
export interface OtelMeter {
  readonly createCounter: (name: string, about: About) => OtelCounter;
  readonly createHistogram: (name: string, about: About) => OtelHistogram;
  readonly createObservableCounter: (name: string, about: About) => OtelObservable;
  readonly createObservableGauge: (name: string, about: About) => OtelObservable;
  readonly createObservableUpDownCounter: (name: string, about: About) => OtelObservable;
}
