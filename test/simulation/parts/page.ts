import { isDeepStrictEqual } from 'node:util';
import { eventRecord } from '../../../src/control/eventRecord.js';
import { foldStatus, type MasterStatus } from '../../../src/status.js';
import { type Line, readLine } from '../../../src/web/page/watched/line.js';
import { nothingWatched, watch } from '../../../src/web/page/watched/watched.js';
import { at, walk } from '../crew.js';
import type { Invariant } from '../feature.js';
import { type SlowClient, slowClient } from './client.js';

/** After so many events the page loses its connection, and begins a new one at the next event. */
const connectionLasts = 17;

/**
 * What the web page knows after each event that it has got is what its master knows, also when the connection was lost meanwhile: each event counts once, and each worker has one life, from its fork to its exit.
 */
export const page: Invariant = (history) => {
  const record = eventRecord();
  let status: MasterStatus = [];
  let watched = nothingWatched;
  let client: SlowClient | undefined;
  for (const [event, crew] of walk(history)) {
    // The master keeps no messages and samples for clients.
    if (event.type === 'message' || event.type === 'stats') continue;
    status = foldStatus(status, event);
    record.add(event);
    if (record.last() % connectionLasts === 0) {
      client?.leave();
      client = undefined;
      continue;
    }
    const lines: string[] = [];
    if (client === undefined) {
      lines.push(JSON.stringify({ status: { ...master, clusters: status }, last: record.last() }));
      // It asks for the events after the last one that it has got, and gets some of them again.
      client = slowClient(record, Math.max(0, watched.lastId - 2));
    }
    lines.push(...client.read());
    watched = watch(
      watched,
      lines.map(readLine).filter((line): line is Line => line !== undefined),
    );
    if (watched.lastId !== record.last() || watched.missed > 0)
      return `the page has ${watched.lastId} of ${record.last()} events, ${watched.missed} missed, ${at(event)}`;
    // As they come to the page.
    if (event.seq % 5 === 0 && !isDeepStrictEqual(plain(watched.clusters), plain(status)))
      return `the page shows ${JSON.stringify(watched.clusters)}, the master ${JSON.stringify(status)}, ${at(event)}`;
    const living = watched.lives.filter(({ to }) => to === undefined).map(({ worker }) => String(worker.id));
    const present = crew.present().map(({ id }) => String(id));
    if (living.toSorted().join() !== present.toSorted().join())
      return `workers ${living.join()} live on the page, there are ${present.join()}, ${at(event)}`;
    const ended = watched.lives.length - living.length;
    const gone = crew.everyone().length - present.length;
    if (ended !== gone) return `${ended} lives have ended on the page, of ${gone}, ${at(event)}`;
  }
  return undefined;
};

const master = { pid: 1, version: '1', startedAt: 0, time: 0 };

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
