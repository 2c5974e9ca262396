import type { ServerResponse } from 'node:http';

/** A stream of lines to one client. */
export interface Outgoing {
  /** Sends one line of JSON. What does not fit is the caller's matter: look at `isFull` before. */
  readonly send: (line: string, id?: number) => void;
  /** The client reads too slowly: so much waits that no more should. */
  readonly isFull: () => boolean;
  /** Calls the listener when the client has read what waited. */
  readonly onDrain: (listener: () => void) => void;
  /** Calls the listener when the client has gone or everything has been sent. */
  readonly onClose: (listener: () => void) => void;
  readonly end: () => void;
}

/** So much waits for a client that reads slowly, in characters. */
const maxWaiting = 2 ** 18;
/** Lines that come within this time after others are sent together, because each write costs as much as many lines. */
const gatherMs = 50;
const maxGathered = 2 ** 16;

/** Begins a stream: NDJSON, or server-sent events. */
export const outgoing = (response: ServerResponse, format: 'ndjson' | 'sse'): Outgoing => {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  const frame = format === 'ndjson' ? ndjson : sse;
  response.writeHead(200, {
    'content-type': format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream',
    'x-accel-buffering': 'no',
  });
  // The client learns at once that its request is answered.
  response.flushHeaders();
  response.socket?.setKeepAlive(true, 30_000);

  const flush = (): void => {
    timer = undefined;
    if (gathered === '') return;
    const text = gathered;
    gathered = '';
    response.write(text);
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
      gathered += frame(line, id);
      if (timer === undefined) flush();
      else if (gathered.length > maxGathered) flushNow();
    },
    isFull: () => gathered.length + response.writableLength > maxWaiting,
    onDrain: (listener) => response.on('drain', listener),
    onClose: (listener) => response.once('close', listener),
    end: () => {
      clearTimeout(timer);
      if (!response.writableEnded) response.end(gathered);
      gathered = '';
    },
  };
};

const ndjson = (line: string): string => `${line}\n`;
const sse = (line: string, id?: number): string => `${id === undefined ? '' : `id: ${id}\n`}data: ${line}\n\n`;
