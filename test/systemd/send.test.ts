import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { sendBy } from '../../src/systemd/send.js';

/** What is said about sending to a descriptor, without another way. */
const sent = (descriptor: number) =>
  lastValueFrom(
    sendBy({ descriptor, notifySocket: false, watchdog: undefined, silent: false, readyTimeout: 0 })({
      READY: '1',
      STATUS: 'fine',
    }).pipe(toArray()),
  );

const linkOf = (descriptor: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
};

test('the descriptor that the unit has opened gets one message', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-send-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const descriptor = openSync(join(folder, 'told'), 'a');
  onTestFinished(() => closeSync(descriptor));
  expect(await sent(descriptor)).toEqual([]);
  expect(readFileSync(join(folder, 'told'), 'utf8')).toBe('READY=1\nSTATUS=fine');
});

test('a wrong number, which is a descriptor of Node itself or none, is not written to', async () => {
  const own = readdirSync('/proc/self/fd').find((descriptor) => linkOf(descriptor).startsWith('anon_inode:'));
  expect(own).toBeDefined();
  const said = await Promise.all([sent(Number(own)), sent(99_999)]);
  expect(said.map(([problem]) => problem)).toEqual([
    expect.stringContaining('there is no way to send them'),
    expect.stringContaining('there is no way to send them'),
  ]);
});
