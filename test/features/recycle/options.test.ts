import { expect, test } from 'vitest';
import { configure } from '../../../src/config/configure.js';
import type { Config } from '../../../src/config/options.js';
import { environment } from '../../../src/host/environment.js';

const completed = (recycle: unknown, more: object = {}) =>
  // As they come from somewhere without types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  configure({ recycle, ...more } as Config, { ...environment(), main: '/srv/shop/master.js' }).options.recycle;

test('nobody is recycled by default', () => {
  expect(completed(undefined)).toEqual({});
  expect(completed({ memory: undefined })).toEqual({ memory: undefined });
});

test('each limit is accepted', () => {
  const recycle = {
    memory: '512M',
    age: 2_592_000_000,
    requests: 10_000,
    at: '0 3 * * *',
    timezone: 'Asia/Tokyo',
    jitter: 0,
  };
  expect(completed(recycle)).toEqual(recycle);
  expect(completed({ memory: 31_457_280 })).toEqual({ memory: 31_457_280 });
});

const memory =
  "recycle.memory: expected at least 30 MB, which Node itself needs: a number of bytes, or a text such as '512M', got";

test.for<readonly [unknown, string]>([
  [{ memory: 512 }, `${memory} 512. For megabytes write '512M'`],
  [{ memory: '29M' }, `${memory} "29M"`],
  [{ memory: 31_457_279 }, `${memory} 31457279`],
  [{ memory: '512MB' }, `${memory} "512MB"`],
  [{ memory: '80%' }, `${memory} "80%"`],
  [{ memory: Number.NaN }, `${memory} NaN`],
  [{ age: 3_600 }, 'recycle.age: expected a time in ms, 60000 or more, got 3600'],
  [{ age: Infinity }, 'recycle.age: expected a time in ms, 60000 or more, got Infinity'],
  [{ requests: 0 }, 'recycle.requests: expected a whole number, 1 or more, got 0'],
  [{ requests: 0.5 }, 'recycle.requests: expected a whole number, 1 or more, got 0.5'],
  [{ jitter: 2 }, 'recycle.jitter: expected a number from 0 to 1, got 2'],
  [
    { at: '0 0 31 2 *' },
    'recycle.at: expected a cron expression that is due some time, such as \'0 3 * * *\', got "0 0 31 2 *". There is no such day',
  ],
  [
    { at: '0 25 * * *' },
    'recycle.at: expected a cron expression that is due some time, such as \'0 3 * * *\', got "0 25 * * *". Invalid value for hour: 25',
  ],
  [
    { at: '0 3 * * *', timezone: 'Mars' },
    'recycle.timezone: expected the IANA name of a time zone, such as \'Europe/Berlin\', got "Mars"',
  ],
  [
    { memroy: '512M' },
    'recycle.memroy: expected one of the options memory, age, requests, at, timezone, jitter, got "512M". Did you mean recycle.memory?',
  ],
  ['512M', 'recycle: expected an object with memory, age, requests, at, timezone, jitter, got "512M"'],
  [null, 'recycle: expected an object with memory, age, requests, at, timezone, jitter, got null'],
])('%j is refused', ([recycle, problem]) => {
  expect(() => completed(recycle)).toThrow(problem);
});

test('only requests needs the preload', () => {
  const others = { memory: '512M', age: 60_000, at: '0 3 * * *' };
  expect(completed(others, { preload: false })).toEqual(others);
  expect(() => completed({ ...others, requests: 1_000 }, { preload: false })).toThrow(
    'recycle.requests: expected this option to be left out with preload: false, because the preload carries it out. Leave out one of the two',
  );
});
