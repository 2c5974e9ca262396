import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { debianMirror } from '../../scripts/debianPackages.js';
import { fresh } from '../process/harness.js';

/** Puts an apt-get that prints this where programs are looked for. */
const aptPrints = (text: string): void => {
  const folder = fresh({ 'apt-get': `#!/bin/sh\nprintf '${text}'\n` });
  chmodSync(join(folder, 'apt-get'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
};

test.each([
  ['http://mirror.example/debian/\\nhttp://other.example/debian/\\n', 'http://mirror.example/debian/'],
  ['', undefined],
])('the mirror is that of the sources of apt, and none if they have none', (printed, mirror) => {
  aptPrints(printed);
  expect(debianMirror()).toBe(mirror);
});

test('no script names the host of a mirror', () => {
  const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
  const files = readdirSync(scripts, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(scripts, name)).isFile(),
  );
  expect(files).toContain('systemd.js');
  expect(files.filter((name) => /https?:\/\/[\w.-]*debian/.test(readFileSync(join(scripts, name), 'utf8')))).toEqual(
    [],
  );
});
