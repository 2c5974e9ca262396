import { expect, test, vi } from 'vitest';
import { attached, emptied, runtimeFolder } from './harness.js';

const { fails } = vi.hoisted(() => ({ fails: { chmodSync: false, renameSync: false } }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const failing = (name: 'chmodSync' | 'renameSync') => (path: string, to: never) => {
    if (fails[name]) throw new Error(`EPERM: ${name} is not permitted`);
    fs[name](path, to);
  };
  return { ...fs, chmodSync: failing('chmodSync'), renameSync: failing('renameSync') };
});

test.each(['chmodSync', 'renameSync'] as const)(
  'a socket that does not get its mode or name is closed, and that is reported: %s',
  async (name) => {
    const folder = runtimeFolder();
    fails[name] = true;
    const cluster = attached();
    const path = `${folder}/${process.pid}.sock`;
    expect(String(await cluster.reported)).toBe(
      `Error: control: cannot listen on ${path}: EPERM: ${name} is not permitted`,
    );
    fails[name] = false;
    // A server that closes removes its socket.
    await emptied(folder);
    cluster.end();
  },
);
