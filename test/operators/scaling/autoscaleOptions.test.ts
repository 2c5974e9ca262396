import { expect, test } from 'vitest';
import { autoscale } from '../../../src/api/autoscale.js';

test.each([
  [8, 'autoscale(): expected an object with options, got 8'],
  [null, 'autoscale(): expected an object with options, got null'],
  [
    { minimum: 1 },
    'autoscale().minimum: is not an option. There are min, max, up, down, upAfter, downAfter, cooldown, warmup, memory, emergency, cluster',
  ],
  [{ mim: 1 }, 'autoscale().mim: is not an option. Did you mean autoscale().min?'],
  [{ min: 0 }, 'autoscale().min: expected a whole number from 1 to 10000, got 0'],
  [{ max: 2.5 }, 'autoscale().max: expected a whole number from 1 to 10000, got 2.5'],
  [{ min: 8, max: 4 }, 'autoscale().min: expected no more than max, which is 4, got 8'],
  [{ up: 1 }, 'autoscale().up: expected a number above 0 and below 1, got 1'],
  [{ up: 80 }, 'autoscale().up: expected a number above 0 and below 1, got 80'],
  [{ down: -0.1 }, 'autoscale().down: expected a number from 0 and below 1, got -0.1'],
  [{ up: 0.5, down: 0.5 }, 'autoscale().down: expected less than up, which is 0.5, got 0.5'],
  [{ down: 0.9 }, 'autoscale().down: expected less than up, which is 0.8, got 0.9'],
  [{ upAfter: 10 }, 'autoscale().upAfter: expected a time in ms from 1000 to 3600000, got 10'],
  [{ downAfter: Infinity }, 'autoscale().downAfter: expected a time in ms from 1000 to 3600000, got Infinity'],
  [
    { upAfter: 30_000, downAfter: 20_000 },
    'autoscale().downAfter: expected no less than upAfter, which is 30000, got 20000',
  ],
  [{ cooldown: -1 }, 'autoscale().cooldown: expected a time in ms, 0 or more, got -1'],
  [{ warmup: '5s' }, 'autoscale().warmup: expected a time in ms, 0 or more, got "5s"'],
  [{ memory: 0 }, `autoscale().memory: expected a number of bytes, 1 or more, or a share such as '80%', got 0`],
  [
    { memory: '120%' },
    `autoscale().memory: expected a number of bytes, 1 or more, or a share such as '80%', got "120%"`,
  ],
  [
    { emergency: true },
    'autoscale().emergency: expected an object with utilization, delay and inFlight, or false for none, got true',
  ],
  [{ emergency: { delay: 0 } }, 'autoscale().emergency.delay: expected a time in ms, 1 or more, got 0'],
  [
    { emergency: { queue: 5 } },
    'autoscale().emergency.queue: is not an option. There are utilization, delay, inFlight',
  ],
  [{ cluster: '' }, 'autoscale().cluster: expected a string that is not empty, got ""'],
])('autoscale(%o) is refused at once', (options, message) => {
  // Whoever writes JavaScript may pass anything.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => autoscale(options as never)).toThrow(expect.objectContaining({ name: 'ConfigError', message }));
});

test.each([
  {},
  { min: undefined, max: undefined, emergency: undefined },
  { min: 64 },
  { up: 0.2 },
  { upAfter: 120_000 },
  { memory: '12.5%', emergency: { delay: Infinity, inFlight: 100 }, down: 0, cooldown: 0, warmup: 0 },
] as const)('autoscale(%o) is accepted', (options) => {
  expect(autoscale(options)).toBeTypeOf('function');
});
