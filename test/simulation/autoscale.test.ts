import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms } from './arbitraries.js';
import { violationOfAutoscale } from './invariantsOfAutoscale.js';
import { type Load, runAutoscale } from './runAutoscale.js';
import { firstSeed } from './simulate.js';
import { verifyTrial } from './verify.js';

const loads: fc.Arbitrary<Load> = fc
  .record({
    min: ms(1, 2),
    max: ms(3, 8),
    upAfter: ms(2, 6),
    more: ms(4, 14),
    cooldown: ms(6, 15),
    warmup: ms(1, 5),
    emergency: fc.boolean(),
    room: ms(2, 10),
    phases: fc.array(fc.record({ for: ms(5, 60), demand: ms(0, 90).map((tenths) => tenths / 10) }), {
      minLength: 1,
      maxLength: 6,
    }),
    restarts: fc.array(ms(5, 150), { maxLength: 2 }),
    blocked: fc.constantFrom(1_000, 1_000, 2, 3, 5),
  })
  .map((one) => Object.assign({}, one, { downAfter: one.upAfter + one.more, seconds: 160 }));

test('whatever the load, autoscale() decides by its rules, and for nothing else', () => {
  const trial = {
    schedules: loads,
    run: runAutoscale,
    check: violationOfAutoscale,
    show: ({ seconds }: ReturnType<typeof runAutoscale>) =>
      seconds.map(({ size, busy, decision }) => `${size}: ${busy.join()} ${decision?.to ?? ''}`).join('\n'),
  };
  expect(verifyTrial(trial, 200, firstSeed)).toBe(200);
});
