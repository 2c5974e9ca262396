import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { negotiate } from '../../src/metrics/negotiate.js';

test.each([
  [undefined, 'prometheus'],
  ['', 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/html', 'prometheus'],
  ['text/plain', 'prometheus'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
  ['Application/OpenMetrics-Text; Version="1.0.0"', 'openmetrics'],
  ['application/openmetrics-text; version=0.0.1', 'prometheus'],
  ['application/openmetrics-text; q=0', 'prometheus'],
  ['application/openmetrics-text; q=0.2, text/plain; version=0.0.4; q=0.5', 'prometheus'],
  ['text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=1', 'openmetrics'],
  // What Prometheus 2.5 and 3.5 send.
  ['application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', 'prometheus'],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'openmetrics',
  ],
])('%j gets the format %s', (accept, format) => expect(negotiate(accept)).toBe(format));

test('any header gets one of the two', () => {
  expect(() =>
    fc.assert(fc.property(fc.string(), (accept) => /openmetrics|prometheus/.test(negotiate(accept)))),
  ).not.toThrow();
});
