import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Command, Io } from '../../src/cli/command.js';
import { runtimeFolder } from '../control/harness.js';

interface Fake {
  /** The lines that the nth request for events gets, from 0. `undefined`: there is no master any more. */
  readonly events: (nth: number, query: URLSearchParams) => readonly object[] | undefined;
  /** What else is answered last before there is no master any more. Default: the configuration. */
  readonly last?: '/v1/status' | '/v1/config';
}

/** A control server that answers what a test says, as that of the only master, with the cluster `web`. What happens between two requests cannot be timed with a real one. */
export const fakeMaster = async ({ events, last = '/v1/config' }: Fake): Promise<void> => {
  const path = join(runtimeFolder(), `${process.pid}.sock`);
  let asked = 0;
  const answers: Readonly<Record<string, object>> = {
    '/v1/ping': { pid: process.pid, version: '2.0.0', format: 1, node: process.version },
    '/v1/status': { pid: process.pid, time: 100_000, clusters: [{ cluster: 'web', slots: [] }] },
    '/v1/config': {},
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const isEvents = pathname === '/v1/events';
    const lines = isEvents ? (events(asked, searchParams) ?? []) : [answers[pathname] ?? {}];
    if (isEvents) asked += 1;
    // Before the answer has ended, so that the next request finds nobody.
    if ((isEvents || pathname === last) && events(asked, searchParams) === undefined) server.close();
    response.setHeader('connection', 'close');
    response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
  await once(server.listen(path), 'listening');
  onTestFinished(() => void server.close());
};

/** An event as a line. Times are in ms; the status of the master has 100,000. */
export const eventLine = (id: number, more: { readonly time?: number; readonly seq?: number } = {}) => {
  const event = { type: 'started', cluster: 'web', time: 99_000, seq: id, workers: 1, after: 1, ...more };
  return { id, level: 'info', text: `event ${id}`, event };
};

/** Runs a command in this process. */
export const ran = async (
  command: Command,
  words: readonly string[],
  options: Readonly<Record<string, string | true>>,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  let [out, err] = ['', ''];
  const io: Io = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    paint: (_, text) => text,
    width: 80,
    height: 24,
    terminal: false,
    env: {},
  };
  return { code: await command.run({ words, options, rest: [] }, io), out, err };
};
