import { createRequire } from 'node:module';
import type { OtelMeter } from './meter.js';
import type { OtelContext, OtelSpan, OtelTracer } from './tracer.js';

/** `@opentelemetry/api`, as far as it is used. Without an SDK its tracers and meters do nothing. */
interface Api {
  readonly context: { readonly active: () => OtelContext };
  readonly trace: {
    readonly getTracer: (name: string) => OtelTracer;
    readonly setSpan: (context: OtelContext, span: OtelSpan) => OtelContext;
  };
  readonly metrics: { readonly getMeter: (name: string) => OtelMeter };
}

/** The name of the instrumentation scope. */
export const scope = 'proteus-cluster';

/** Loads `@opentelemetry/api`. Throws an error that says what to install. */
export const loadApi = (needs: string, require: NodeJS.Require = createRequire(import.meta.url)): Api => {
  try {
    const api: Api = require('@opentelemetry/api');
    return api;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error(
      `${needs} of proteus-cluster/otel needs the package @opentelemetry/api: npm install @opentelemetry/api, with the SDK of your choice`,
      { cause: error },
    );
  }
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
