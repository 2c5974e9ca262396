import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { firstValueFrom, toArray } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { debuggerUrlOf, hear, readStack } from '../../src/host/inspector.js';
import { listenersOf, loopbackPorts, portsOfLsof } from '../../src/host/loopbackPorts.js';
import { readTexts, textFrame } from '../../src/host/webSocketFrames.js';

/** A process that has printed a line, and prints `goes on` when it has done what the script does. */
const started = async (script: string, ...execArgv: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-'));
  writeFileSync(join(folder, 'app.js'), `${script}\nconsole.log('goes on');`);
  const child = spawn(process.execPath, [...execArgv, join(folder, 'app.js')], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  let text = '';
  const looks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    for (const look of looks) look();
  });
  const printed = (line: string) =>
    new Promise<void>((resolve) => {
      const look = () => text.includes(line) && resolve();
      looks.add(look);
      look();
    });
  await printed('begins');
  return { folder, pid: child.pid ?? 0, printed };
};

const looping = `
const parseOrder = (until) => { while (Date.now() < until); };
function handler() { parseOrder(Date.now() + 1_500); }
console.log('begins');
handler();`;

const all = <T>(observable: import('rxjs').Observable<T>) => firstValueFrom(observable.pipe(toArray()));

describe('the stack of a process', () => {
  test('is read while it loops, and then it goes on', async () => {
    const { pid, folder, printed } = await started(looping, '--inspect-port=0');
    const [stack] = await all(readStack(pid));
    expect(stack?.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^parseOrder \(\S+app\.js:2:\d+\)$/),
      `handler (${join(folder, 'app.js')}:3:22)`,
    ]);
    await printed('goes on');
  });

  test('is read while it waits outside of JavaScript', async () => {
    const { pid, printed } = await started(
      `console.log('begins');
      const waits = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
      waits();`,
      '--inspect-port=0',
    );
    expect((await all(readStack(pid)))[0]).toMatch(/^waits /);
    await printed('goes on');
  });

  test('is not known of one that has a handler for SIGUSR1, and the process goes on', async () => {
    const { pid, printed } = await started(`process.on('SIGUSR1', () => {});${looping}`, '--inspect-port=0');
    expect(await all(readStack(pid))).toEqual([]);
    await printed('goes on');
  });

  test('is not known of a process that has ended', async () => {
    expect(await all(readStack(2 ** 22 + 1))).toEqual([]);
  });
});

describe('what an inspector answers', () => {
  test('names the debugger, and only its path is taken', () => {
    const list = JSON.stringify([{ webSocketDebuggerUrl: 'ws://elsewhere.example:1/f11e59a5-a02b' }]);
    expect(debuggerUrlOf(list, 4_000)?.href).toBe('http://127.0.0.1:4000/f11e59a5-a02b');
    for (const other of ['', '[]', '{}', '[null]', '[{}]', '[{"webSocketDebuggerUrl":"ws://a/../b"}]'])
      expect(debuggerUrlOf(other, 4_000)).toBeUndefined();
  });

  test('is read whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(hear(message, new Map())).toBeTypeOf('string');
      }),
    );
    const callFrames = fc.array(
      fc.record({
        functionName: fc.anything(),
        location: fc.oneof(fc.anything(), fc.record({ scriptId: fc.anything() })),
      }),
    );
    fc.assert(
      fc.property(callFrames, (frames) => {
        const paused = { method: 'Debugger.paused', params: { callFrames: frames } };
        return hear(paused, new Map()).split('\n').length === Math.max(1, Math.min(50, frames.length));
      }),
    );
  });
});

const serverFrame = (payload: Buffer, first = 0x81): Buffer => {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.of(first, length), payload]);
  const size = Buffer.alloc(length < 2 ** 16 ? 3 : 9);
  size[0] = length < 2 ** 16 ? 126 : 127;
  if (length < 2 ** 16) size.writeUInt16BE(length, 1);
  else size.writeBigUInt64BE(BigInt(length), 1);
  return Buffer.concat([Buffer.of(first), size, payload]);
};

describe('the frames of a WebSocket', () => {
  test.for([1, 125, 126, 65_535, 65_536])('a text of %i bytes is read when it is complete', (length) => {
    const text = 'a'.repeat(length);
    const frame = serverFrame(Buffer.from(text));
    const cut = frame.subarray(0, -1);
    expect(readTexts(cut)?.texts).toEqual([]);
    const read = readTexts(Buffer.concat([frame, cut]));
    expect(read?.texts).toEqual([text]);
    expect(read?.rest.equals(cut)).toBe(true);
  });

  test('a text in parts is one text, and other frames are skipped', () => {
    const parts = [
      serverFrame(Buffer.from('ab'), 0x01),
      serverFrame(Buffer.from('ping'), 0x89),
      serverFrame(Buffer.from('c'), 0x80),
    ];
    expect(readTexts(Buffer.concat(parts))).toEqual({ texts: ['abc'], rest: Buffer.alloc(0) });
    const incomplete = Buffer.concat(parts.slice(0, 2));
    expect(readTexts(incomplete)).toEqual({ texts: [], rest: incomplete });
  });

  test('bytes of any kind are read, and a masked frame is none of a server', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readTexts(Buffer.from(bytes))));
    expect(readTexts(textFrame('hello'))).toBeUndefined();
  });

  test.for([5, 200, 70_000])('a client masks a text of %i bytes', (length) => {
    const frame = textFrame('b'.repeat(length));
    const [first, second = 0] = frame;
    expect([first, second & 0x80]).toEqual([0x81, 0x80]);
    const at = (second & 0x7f) === 127 ? 10 : 2;
    const mask = frame.subarray(at, at + 4);
    const text = frame.subarray(at + 4).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    expect(Buffer.from(text).toString()).toBe('b'.repeat(length));
  });
});

describe('the ports of a process', () => {
  test('are those on 127.0.0.1 on which it listens itself', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await all(loopbackPorts(process.pid))).toEqual([[port]]);
    expect(await all(loopbackPorts(process.pid, new Set([port])))).toEqual([[]]);
    expect(await all(loopbackPorts(process.ppid))).toEqual([[]]);
  });

  test('are read from /proc/PID/net/tcp', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0000 100 0 0 10 0
   1: 0100007F:8F0F 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 2112848 1 0000 100 0 0 10 0
   2: 0100007F:8D53 0100007F:C16C 06 00000000:00000000 03:0000051E 00000000     0        0 0 3 00000000a5fde2ee
  10: 7F000001:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0000 100 0 0 10 0
`;
    expect([...listenersOf(table)]).toEqual([
      ['socket:[2112848]', 36_623],
      ['socket:[12]', 80],
    ]);
  });

  test('are read from what lsof prints', () => {
    expect(portsOfLsof('p4377\nf20\nn127.0.0.1:36623\nf21\nn*:80\nn127.0.0.1:9229\n')).toEqual([36_623, 9_229]);
    expect(portsOfLsof('')).toEqual([]);
  });
});
