import { chmodSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Io } from '../../src/cli/command.js';
import { main } from '../../src/cli/main.js';
import { plain } from '../../src/cli/style.js';
import { fresh } from '../process/harness.js';

const run = async (...args: readonly string[]) => {
  const written = { out: '', err: '' };
  const io: Io = {
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
    paint: plain,
    width: 120,
    height: 40,
    terminal: false,
    env: {},
  };
  return { code: await main(args, io), ...written };
};

const socketFolder = (mode: number): string => {
  const folder = join(fresh(), 'run');
  mkdirSync(folder);
  chmodSync(folder, mode);
  vi.stubEnv('PROTEUS_RUNTIME_DIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return folder;
};

test('a master that closes connections because it has too many is listed', async () => {
  const { pid } = process;
  const server = createServer((request) => request.destroy());
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => {
    server.listen(join(socketFolder(0o700), `${pid}.sock`), resolve);
  });
  const { code, out, err } = await run('ls');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(new RegExp(String.raw`^\? +${pid} +no answer`, 'm'));
  expect(out).toContain(`! pid ${pid} closes connections before it answers: too many are open, or it ends\n`);
  expect(JSON.parse((await run('ls', '--json')).out)).toMatchObject([{ pid, error: { code: 'ended' } }]);
});

test('a folder of sockets that is not read is named where no master is found', async () => {
  const folder = socketFolder(0o750);
  const remark = `! masters in ${folder} are not found: it has the mode 0750, expected 0700. Change it with chmod 700 ${folder}\n`;
  expect(await run('ls')).toEqual({
    code: 0,
    out: 'No master runs. Start one: proteus start <file>\n',
    err: remark,
  });
  expect(await run('ls', '--json')).toEqual({ code: 0, out: '[]\n', err: remark });
  expect(await run('ls', '--names')).toEqual({ code: 0, out: '', err: '' });
  const nothing = 'proteus: no master runs. Start one: proteus start <file>\n';
  expect(await run('stop')).toEqual({ code: 3, out: '', err: `${nothing}${remark}` });
  expect(await run('restart', '--all')).toMatchObject({ code: 3, err: `${nothing}${remark}` });
});
