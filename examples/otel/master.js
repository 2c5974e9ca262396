// Prints the spans of each restart. Restart it with: kill -USR2 <pid>
// Needs an SDK: npm install @opentelemetry/api @opentelemetry/sdk-trace-base
import { join } from 'node:path';
import { trace as api } from '@opentelemetry/api';
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { cluster$ } from 'proteus-cluster';
import { metrics, trace } from 'proteus-cluster/otel';

// In production: an exporter for OTLP, or `node --require @opentelemetry/auto-instrumentations-node/register master.js`.
api.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())] }),
);

const telemetry = trace();
telemetry.add(metrics());

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
}).subscribe({ complete: () => telemetry.unsubscribe() });
