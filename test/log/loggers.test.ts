import type { Logger } from 'pino';
import { expect, test } from 'vitest';
import { streamOf } from '../../src/log/loggers.js';

test("in a logger that is not pino's each line of a worker has the method of its level, and there need be no `trace` and no `fatal`", () => {
  const logged: unknown[] = [];
  const methods = ['debug', 'info', 'warn', 'error'].map((level) => [
    level,
    (fields: object, msg: string) => logged.push([level, msg, fields]),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const stream = streamOf(Object.fromEntries(methods) as Logger);
  const lines = [10, 20, 30, 40, 50, 60].map((level) => `{"level":${level},"n":${level},"msg":"said"}\n`);
  void stream.write(lines.join(''));
  const levels = ['info', 'debug', 'info', 'warn', 'error', 'error'];
  expect(logged).toEqual(levels.map((level, index) => [level, 'said', { n: (index + 1) * 10 }]));
});
