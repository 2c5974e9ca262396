import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Subject, type Subscription } from 'rxjs';
import { onTestFinished } from 'vitest';
import { attach } from '../../src/control.js';
import type { ClusterEvent, ControlServer } from '../../src/index.js';

/** Where a request goes: the path of a socket, or a port of this machine. */
export type Where = string | number;

export interface Ask {
  readonly verb?: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const reach = (where: Where) =>
  typeof where === 'string' ? { socketPath: where } : { host: '127.0.0.1', port: where };

/** One request on a connection of its own. */
export const ask = (where: Where, { verb, path, body, headers = {} }: Ask): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const method = verb ?? (body === undefined ? 'GET' : 'POST');
    const asked = request({ ...reach(where), method, path, headers, agent: false }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (part: string) => (text += part))
        .on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
        .on('error', reject);
    });
    asked.on('error', reject).end(body);
  });

/** What an answer, or a line of a stream, may have. */
export interface Answered {
  readonly id?: number;
  readonly text?: string;
  readonly event?: Readonly<Record<string, unknown>> & { readonly type: string };
  readonly result?: Readonly<Record<string, unknown>>;
  readonly gap?: { readonly from: number; readonly to: number };
  readonly dropped?: number;
  readonly msg?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly clusters?: readonly Readonly<Record<string, unknown>>[];
}

/** The value that a GET answers with. */
export const read = async (where: Where, path: string): Promise<Answered> =>
  JSON.parse((await ask(where, { path })).text);

/** The lines that a GET answers with, when it has ended. */
export const lines = async (where: Where, path: string): Promise<readonly Answered[]> =>
  parsed((await ask(where, { path })).text);

const parsed = (text: string): readonly Answered[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

export interface Following {
  /** What has come so far. */
  readonly lines: readonly Answered[];
  /** The first line that satisfies the predicate. */
  readonly line: (wanted: (line: Answered) => boolean) => Promise<Answered>;
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** A stream that goes on. */
export const following = (where: Where, { verb, path, body, headers = {} }: Ask): Following => {
  const seen: Answered[] = [];
  const hopes = new Set<() => void>();
  const look = () => {
    for (const hope of hopes) hope();
  };
  const asked = request({
    ...reach(where),
    method: verb ?? (body === undefined ? 'GET' : 'POST'),
    path,
    headers,
    agent: false,
  });
  const ended = new Promise<void>((resolve) => {
    asked.on('error', () => resolve()).on('close', () => resolve());
    asked.on('response', (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        const whole = (rest + part).split('\n');
        rest = whole.pop() ?? '';
        seen.push(...whole.filter((line) => line !== '').map((line) => JSON.parse(line)));
        look();
      });
      response.on('error', () => {});
    });
  });
  asked.end(body);
  onTestFinished(() => void asked.destroy());
  return {
    lines: seen,
    line: (wanted) =>
      new Promise((resolve) => {
        const hope = () => {
          const found = seen.find(wanted);
          if (found === undefined) return;
          hopes.delete(hope);
          resolve(found);
        };
        hopes.add(hope);
        hope();
      }),
    ended,
    stop: () => asked.destroy(),
  };
};

/** A private folder for the sockets of this test. */
export const runtimeFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'proteus-')));
  const before = process.env['PROTEUS_RUNTIME_DIR'];
  process.env['PROTEUS_RUNTIME_DIR'] = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env['PROTEUS_RUNTIME_DIR'];
    else process.env['PROTEUS_RUNTIME_DIR'] = before;
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

/** An event of the cluster, stamped. */
type Draft = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Attached {
  readonly emit: (...drafts: readonly Draft[]) => void;
  readonly end: () => void;
  readonly reported: Promise<Error>;
  readonly errors: readonly unknown[];
}

/** Attaches a cluster that has no processes: the test emits its events. */
export const attached = (
  cluster = 'web',
  settings: ControlServer = {},
  config: Record<string, unknown> = {},
): Attached => {
  const events$ = new Subject<ClusterEvent>();
  const errors: unknown[] = [];
  let subscription: Subscription | undefined;
  let seq = 0;
  const reported = new Promise<Error>((resolve) => {
    const report = (error: unknown) => {
      errors.push(error);
      if (error instanceof Error) resolve(error);
    };
    const attachment = { cluster, settings, config, events$, report, traffic: () => [], tell: () => {} };
    subscription = attach(attachment).subscribe();
  });
  onTestFinished(() => subscription?.unsubscribe());
  return {
    emit: (...drafts) => {
      for (const draft of drafts) {
        seq += 1;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        events$.next({ time: 1_000 + seq, seq, cluster, ...draft } as unknown as ClusterEvent);
      }
    },
    end: () => subscription?.unsubscribe(),
    reported,
    errors,
  };
};

/** A socket appears without an event. */
export const socketIn = async (folder: string, pid = process.pid): Promise<string> => {
  const path = join(folder, `${pid}.sock`);
  // oxlint-disable-next-line no-await-in-loop
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
  return path;
};

/** It vanishes without one, too. */
export const emptied = async (folder: string): Promise<void> => {
  // oxlint-disable-next-line no-await-in-loop
  while (readdirSync(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** The port of the server on TCP. */
export const portOf = async (socket: string): Promise<number> => {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { text } = await ask(socket, { path: '/v1/status' });
    const status: { readonly control: readonly { readonly port?: number }[] } = JSON.parse(text);
    const port = status.control.find((place) => place.port !== undefined)?.port;
    if (port !== undefined) return port;
  }
};
