import { Agent, request } from 'node:http';
import { connect } from 'node:http2';
import { setTimeout } from 'node:timers/promises';
import { get } from './harness.js';

/** What a client has seen: every answer, and every request that got none. */
export interface Seen {
  readonly answers: readonly string[];
  readonly failed: readonly string[];
}

type Ask = () => Promise<string>;

/** How long a client waits after an answer, in ms. Without a pause clients would take the cores from workers that boot. */
const think = 3;

/** Asks, and asks again when there is an answer, until `over`, and once more after it. Nothing is tried a second time: a request without an answer has failed. */
const insist = async (ask: Ask, over: AbortSignal): Promise<Seen> => {
  const answers: string[] = [];
  const failed: string[] = [];
  for (let last = false; !last;) {
    last = over.aborted;
    try {
      // oxlint-disable-next-line no-await-in-loop
      answers.push(await ask());
    } catch (error) {
      failed.push(String(error));
    }
    // oxlint-disable-next-line no-await-in-loop
    await setTimeout(think);
  }
  return { answers, failed };
};

/** On a connection of its own for each request, or on one that is kept as long as the server keeps it. */
export const client = async (port: number, keepAlive: boolean, over: AbortSignal): Promise<Seen> => {
  const agent = new Agent({ keepAlive });
  const seen = await insist(() => get(port, '/', agent), over);
  agent.destroy();
  return seen;
};

/** On one HTTP/2 session, and on the next one when the server has sent GOAWAY or closed it. */
export const client2 = async (port: number, over: AbortSignal): Promise<Seen> => {
  const open = () => {
    // What fails a session fails its requests, and there it is counted.
    const session = connect(`http://127.0.0.1:${port}`).on('error', () => {});
    return session.on('goaway', () => session.close());
  };
  let session = open();
  const ask = (): Promise<string> => {
    if (session.closed || session.destroyed) session = open();
    return new Promise((resolve, reject) => {
      let body = '';
      session
        .request()
        .setEncoding('utf8')
        .on('data', (text: string) => (body += text))
        .on('end', () => resolve(body))
        .on('error', (error) => {
          // The server has not processed a stream that it refuses after GOAWAY: HTTP/2 clients send it again.
          if (session.closed && error.message.endsWith('NGHTTP2_REFUSED_STREAM')) resolve(ask());
          else reject(error);
        })
        .end();
    });
  };
  const seen = await insist(ask, over);
  session.destroy();
  return seen;
};

/** A server-sent event, as far as these tests need it. */
export interface Tick {
  readonly id: number;
  readonly data: string;
}

/** Follows server-sent events as a browser does: when the stream ends it comes back, and says what it has got. Ends with `over`. */
export const eventSource = (port: number, tick: (tick: Tick) => void, over: AbortSignal): void => {
  let last = 0;
  const open = () => {
    if (over.aborted) return;
    let ended = false;
    const again = () => {
      if (ended) return;
      ended = true;
      open();
    };
    request(
      { host: '127.0.0.1', port, agent: false, headers: last > 0 ? { 'Last-Event-ID': last } : {}, signal: over },
      (response) => {
        let rest = '';
        response
          .setEncoding('utf8')
          .on('data', (text: string) => {
            const parts = (rest + text).split('\n\n');
            rest = parts.pop() ?? '';
            for (const part of parts) {
              const [, id = '', data = ''] = /^id: (\d+)\ndata: (.*)$/.exec(part) ?? [];
              last = Number(id);
              tick({ id: last, data });
            }
          })
          .on('error', () => {})
          .on('close', again);
      },
    )
      .on('error', again)
      .end();
  };
  open();
};
