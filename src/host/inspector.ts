import { catchError, defer, EMPTY, exhaustMap, filter, map, mergeMap, Observable, take, takeUntil, timer } from 'rxjs';
import { isRecord } from '../validation/isRecord.js';
import { loopbackPorts } from './loopbackPorts.js';
import { readTexts, textFrame } from './webSocketFrames.js';

/** Everything together may take so long, in ms. */
const timeLimit = 2_000;
/** How often is looked whether the inspector has opened its port, in ms. */
const lookEvery = 20;
/** More than the list of scripts of a large application, in bytes. */
const maxReceived = 64 * 2 ** 20;
const maxFrames = 50;
const maxText = 300;

/**
 * Emits where the JavaScript of a process is just now, one function a line, and completes; completes without it if that cannot be found out within two seconds.
 * Works while the event loop is blocked by JavaScript: SIGUSR1 has Node open its inspector, on a port of 127.0.0.1 that is open until the process closes it.
 *
 * The process must have been started with `--inspect-port=0`, so that the port is free, and have no handler for SIGUSR1.
 */
export const readStack = (pid: number): Observable<string> =>
  loopbackPorts(pid).pipe(
    mergeMap((before) => openInspector(pid, new Set(before))),
    mergeMap((port) => debuggerUrl(port)),
    mergeMap((url) => pausedStack(url)),
    take(1),
    takeUntil(timer(timeLimit)),
    catchError(() => EMPTY),
  );

/** Emits the port. */
const openInspector = (pid: number, before: ReadonlySet<number>): Observable<number> =>
  defer(() => {
    process.kill(pid, 'SIGUSR1');
    return timer(0, lookEvery).pipe(
      exhaustMap(() => loopbackPorts(pid, before)),
      mergeMap((ports) => ports),
      take(1),
    );
  });

/** Asks the inspector for the address of its debugger; Node has one. */
const debuggerUrl = (port: number): Observable<URL> =>
  new Observable<string>((subscriber) => {
    const request = process
      .getBuiltinModule('node:http')
      .get({ host: '127.0.0.1', port, path: '/json/list', agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          if (text.length > maxReceived) request.destroy();
        });
        response.on('end', () => {
          subscriber.next(text);
          subscriber.complete();
        });
        response.on('error', (error) => subscriber.error(error));
      })
      .on('error', (error) => subscriber.error(error));
    return () => request.destroy();
  }).pipe(
    map((text) => debuggerUrlOf(text, port)),
    filter((url) => url !== undefined),
  );

/** Reads `/json/list`. Accepts any text. */
export const debuggerUrlOf = (text: string, port: number): URL | undefined => {
  const list = parse(text);
  const [first]: readonly unknown[] = Array.isArray(list) ? list : [];
  const path = isRecord(first)
    ? /^ws:\/\/[^/]+(\/[\w-]+)$/.exec(String(first['webSocketDebuggerUrl']))?.[1]
    : undefined;
  // Whatever the answer says, only this port is connected to.
  return path === undefined ? undefined : new URL(path, `http://127.0.0.1:${port}`);
};

/** Pauses the process, reads its call frames, and lets it go: it goes on when the connection closes. */
const pausedStack = (url: URL): Observable<string> =>
  new Observable<string>((subscriber) => {
    const scripts = new Map<string, string>();
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': process.getBuiltinModule('node:crypto').randomBytes(16).toString('base64'),
    };
    const request = process
      .getBuiltinModule('node:http')
      .get(url, { headers, agent: false })
      .on('upgrade', (_, socket, head) => {
        let received: Buffer = head;
        subscriber.add(() => socket.destroy());
        socket.on('error', (error) => subscriber.error(error));
        socket.on('close', () => subscriber.complete());
        const read = (chunk: Buffer) => {
          received = Buffer.concat([received, chunk]);
          const found = received.length > maxReceived ? undefined : readTexts(received);
          if (found === undefined) return subscriber.complete();
          received = found.rest;
          for (const text of found.texts) {
            const stack = hear(parse(text), scripts);
            if (stack !== '') subscriber.next(stack);
          }
        };
        socket.on('data', read);
        for (const [index, method] of ['Debugger.enable', 'Debugger.pause'].entries())
          socket.write(textFrame(JSON.stringify({ id: index + 1, method })));
      })
      .on('response', () => subscriber.complete())
      .on('error', (error) => subscriber.error(error));
    return () => request.destroy();
  });

/**
 * Reads a message of the debugger: remembers the script that it tells of, and returns the stack if the process has paused; empty for all other messages. Accepts any value.
 */
export const hear = (message: unknown, scripts: Map<string, string>): string => {
  const { method, params } = isRecord(message) ? message : {};
  if (!isRecord(params)) return '';
  if (method === 'Debugger.scriptParsed') scripts.set(textOf(params['scriptId']), textOf(params['url']));
  return method === 'Debugger.paused' ? formatStack(params['callFrames'], scripts) : '';
};

/** The innermost function first. */
const formatStack = (callFrames: unknown, scripts: ReadonlyMap<string, string>): string => {
  if (!Array.isArray(callFrames)) return '';
  return callFrames
    .slice(0, maxFrames)
    .flatMap((frame: unknown) => (isRecord(frame) ? [lineOf(frame, scripts)] : []))
    .join('\n');
};

const lineOf = (
  { functionName, location }: Readonly<Record<string, unknown>>,
  scripts: ReadonlyMap<string, string>,
): string => {
  const name = typeof functionName === 'string' && functionName !== '' ? functionName : '(anonymous)';
  const { scriptId, lineNumber, columnNumber } = isRecord(location) ? location : {};
  const file = scripts.get(textOf(scriptId))?.replace(/^file:\/\//, '') ?? '';
  // The debugger counts from 0.
  const place = [lineNumber, columnNumber].flatMap((from0) => (typeof from0 === 'number' ? [`:${from0 + 1}`] : []));
  return `${name.slice(0, maxText)} (${file.slice(-maxText)}${place.join('')})`;
};

/** Not `String`, which throws for an object without a way to become one. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
