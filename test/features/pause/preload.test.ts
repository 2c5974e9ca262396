import { expect, onTestFinished, test, vi } from 'vitest';
import type { TurnedFrame } from '../../../src/features/pause/frames.js';

type Step = (done: () => void) => void;

const masterChannel = '../../../src/worker/preload/masterChannel.js';
const listeningHandles = '../../../src/worker/preload/listeningHandles.js';

/** Throws the first time. */
const failsOnce = () =>
  vi
    .fn<Step>((done) => done())
    .mockImplementationOnce(() => {
      throw new Error('not as expected');
    });

test('a turn that throws is answered with why, and so are those behind it', async () => {
  const answers: TurnedFrame[] = [];
  const receivers: ((frame: object) => void)[] = [];
  vi.resetModules();
  vi.doMock(masterChannel, async (original) => ({
    ...(await original<object>()),
    featureChannel: () => ({
      send: (frame: TurnedFrame) => answers.push(frame),
      onFrame: (act: (frame: object) => void) => receivers.push(act),
    }),
  }));
  vi.doMock(listeningHandles, () => ({ follow: () => {}, stop: failsOnce(), resume: failsOnce() }));
  onTestFinished(() => {
    for (const mocked of [masterChannel, listeningHandles]) vi.doUnmock(mocked);
    vi.resetModules();
  });
  const { start } = await import('../../../src/features/pause/preload.js');
  start();
  for (const [index, accept] of [false, false, true, true].entries())
    for (const receive of receivers) receive({ accept, n: index + 1 });
  expect(answers).toEqual([
    { n: 1, accepts: true, why: 'not as expected' },
    { n: 2, accepts: false },
    { n: 3, accepts: false, why: 'not as expected' },
    { n: 4, accepts: true },
  ]);
});
