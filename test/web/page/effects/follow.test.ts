import { expect, onTestFinished, test, vi } from 'vitest';
import { follow } from '../../../../src/web/page/effects/follow.js';

/** Answers the requests of the page with streams that the test writes to, also after the page has stopped reading: as what is on its way then. */
const streams = () => {
  const opened = new Map<string, ReadableStreamDefaultController<Uint8Array>>();
  const answer = (path: string) => {
    const [, master = ''] = /^\/masters\/([^/]+)\/v1\/live\?/.exec(path) ?? [];
    return Promise.resolve(
      new Response(new ReadableStream({ start: (controller) => void opened.set(master, controller) })),
    );
  };
  vi.stubGlobal('fetch', answer);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  return {
    isOpen: (master: string) => opened.has(master),
    write: (master: string, line: object) =>
      opened.get(master)?.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`)),
  };
};

/** Waits without a timer, because those of the page stand still. */
const until = async (happened: () => boolean): Promise<void> => {
  while (!happened()) {
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const status = { status: { pid: 1, clusters: [] }, last: 1 };
const event = { id: 2, level: 'info', text: 'a fork', event: { type: 'fork', time: 1, cluster: 'shop' } };

test('what comes of a master, or waits to be shown, when another one is chosen is dropped', async () => {
  const { isOpen, write } = streams();
  const shown: string[] = [];
  const choose = (master: string) =>
    follow(
      { token: 'x', master, since: () => 0 },
      {
        lines: (lines) => shown.push(...lines.map(({ kind }) => `${kind} of ${master}`)),
        lost: (why) => shown.push(`lost ${master}: ${why}`),
        refused: () => shown.push(`refused by ${master}`),
      },
    );
  const begun = async (master: string) => {
    const stop = choose(master);
    await until(() => isOpen(master));
    write(master, status);
    await until(() => shown.includes(`status of ${master}`));
    return stop;
  };

  const stopOne = await begun('one');
  write('one', event);
  await until(() => vi.getTimerCount() > 0);
  stopOne();
  write('one', event);
  const stopTwo = await begun('two');
  write('two', event);
  await until(() => vi.getTimerCount() > 1);
  vi.runAllTimers();
  expect(shown).toEqual(['status of one', 'status of two', 'event of two']);
  stopTwo();
});
