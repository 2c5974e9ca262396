import fs, { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import module, { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { compileCache } from '../../src/host/compileCache.js';

beforeEach(() => {
  // A Node without a compile cache passes for one that has it.
  if (!('enableCompileCache' in module)) {
    Reflect.set(module, 'enableCompileCache', () => {});
    onTestFinished(() => void Reflect.deleteProperty(module, 'enableCompileCache'));
  }
  const folder = mkdtempSync(join(tmpdir(), 'proteus-cache-'));
  vi.stubEnv('TMPDIR', folder);
  for (const name of ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'])
    vi.stubEnv(name, undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
});

/** A root can do everything, so the system's refusal is simulated. */
const refuses = (name: 'rmSync' | 'chownSync' | 'lstatSync') => {
  const refusal = vi.spyOn(fs, name).mockImplementation(() => {
    throw new Error('EACCES: permission denied');
  });
  syncBuiltinESMExports();
  const end = () => {
    refusal.mockRestore();
    syncBuiltinESMExports();
  };
  onTestFinished(end);
  return end;
};

test('a folder that cannot be removed is left, and that is no error', () => {
  const cache = compileCache(true, undefined, undefined);
  cache.env();
  const end = refuses('rmSync');
  cache.remove();
  end();
  expect(readdirSync(tmpdir())).toHaveLength(1);
});

test('a folder that cannot be looked at is left, and that is no error', () => {
  const cache = compileCache(true, undefined, undefined);
  cache.env();
  const end = refuses('lstatSync');
  cache.remove();
  end();
  expect(readdirSync(tmpdir())).toHaveLength(1);
});

test('a folder that cannot be given to the user of the workers is not left', () => {
  const cache = compileCache(true, 4_711, 4_711);
  refuses('chownSync');
  expect([cache.env(), cache.env()]).toEqual([{}, {}]);
  expect(readdirSync(tmpdir())).toEqual([]);
});
