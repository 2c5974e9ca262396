import type { ServerResponse } from 'node:http';

/** A stream of lines to one client. */
export interface Outgoing {
  /** Sends one line of JSON. Whether more should wait is the caller's matter. */
  readonly send: (line: string, id?: number) => void;
  /** How much waits for the client, in characters. */
  readonly waiting: () => number;
  /** Calls the listener when the system has taken something that waited. */
  readonly onDrain: (listener: () => void) => void;
  /** Calls the listener when the client has gone or everything has been sent. */
  readonly onClose: (listener: () => void) => void;
  readonly end: () => void;
}

/** Lines that come within this time after others are sent together, because each write costs as much as many lines. */
const gatherMs = 50;
/** So much is written at once. A client that does not read leaves it here for as long as it is connected, and the system keeps a copy. In characters. */
export const maxGathered = 2 ** 14;

/** Begins a stream: NDJSON, or server-sent events. */
export const outgoing = (response: ServerResponse, format: 'ndjson' | 'sse'): Outgoing => {
  // Joined once: a text that is made by appending keeps all of its parts.
  let gathered: string[] = [];
  let characters = 0;
  let timer: NodeJS.Timeout | undefined;
  const drained: (() => void)[] = [];
  const frame = format === 'ndjson' ? ndjson : sse;
  response.writeHead(200, {
    'content-type': format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream',
    'x-accel-buffering': 'no',
  });
  // The client learns at once that its request is answered.
  response.flushHeaders();
  response.socket?.setKeepAlive(true, 30_000);

  const taken = (): string => {
    const text = gathered.join('');
    gathered = [];
    characters = 0;
    return text;
  };
  const hasRoom = (): void => {
    for (const listener of drained) listener();
  };
  const flush = (): void => {
    timer = undefined;
    if (gathered.length === 0) return;
    // `drain` would not do: it comes only after more than a high-water mark has waited, and this mark differs by version of Node.
    response.write(taken(), hasRoom);
    timer = setTimeout(flush, gatherMs);
  };
  const flushNow = (): void => {
    clearTimeout(timer);
    flush();
  };
  response.once('close', () => clearTimeout(timer));

  return {
    send: (line, id) => {
      if (response.destroyed || response.writableEnded) return;
      const framed = frame(line, id);
      gathered.push(framed);
      characters += framed.length;
      if (timer === undefined) flush();
      else if (characters > maxGathered) flushNow();
    },
    waiting: () => characters + response.writableLength,
    onDrain: (listener) => drained.push(listener),
    onClose: (listener) => response.once('close', listener),
    end: () => {
      clearTimeout(timer);
      if (!response.writableEnded) response.end(taken());
    },
  };
};

const ndjson = (line: string): string => `${line}\n`;
const sse = (line: string, id?: number): string => `${id === undefined ? '' : `id: ${id}\n`}data: ${line}\n\n`;
