import { eventRecord } from '../../../src/control/eventRecord.js';
import { foldStatus, type MasterStatus } from '../../../src/status.js';
import type { ClusterEvent } from '../../../src/features/index.js';
import { at, type Crew, type Life, walk } from '../crew.js';
import type { Invariant } from '../feature.js';
import { slowClient } from './client.js';

/** So few events that a client which reads slowly misses some. */
const kept = 40;

/**
 * What clients of the control server get. The status has the slots and workers that there are, and counts crashes and restarts. The record keeps the last events, and a client gets each event once and in order,
 * or is told exactly which ones are missing.
 */
export const control: Invariant = (history) => {
  const record = eventRecord(kept);
  const client = slowClient(record, 0);
  /** How many events pass until the client reads. */
  const pause = 1 + (history.events.length % (2 * kept));
  const hung = new Set<number>();
  const left = new Set<number>();
  let status: MasterStatus = [];
  let [heard, crashes, restarts] = [0, 0, 0];
  for (const [event, crew] of walk(history)) {
    status = foldStatus(status, event);
    record.add(event);
    if (record.last() !== event.seq || record.last() - record.first() >= kept)
      return `the record has ${record.first()} to ${record.last()} ${at(event)}`;
    if (event.seq % pause === 0 || event.type === 'end') {
      for (const line of client.read()) {
        const { id, gap } = read(line);
        if (gap !== undefined && (gap.from !== heard + 1 || gap.to < gap.from)) return `a gap ${line} after ${heard}`;
        if (gap === undefined && id !== heard + 1) return `event ${id} comes after ${heard}`;
        heard = gap?.to ?? id ?? heard;
      }
      if (heard !== event.seq) return `the client has ${heard} of ${event.seq} events ${at(event)}`;
    }

    if (event.type === 'hung') hung.add(event.worker.id);
    if (event.type === 'recovered' && event.from === 'hung') hung.delete(event.worker.id);
    if (event.type === 'disconnect' || event.type === 'kill') left.add(event.worker.id);
    if (event.type === 'exit') crashes += Number(event.reason === 'crash' || event.reason === 'spawn');
    restarts += Number(event.type === 'restart-end' || event.type === 'restart-abort');
    const [cluster] = status;
    if (cluster === undefined) continue;
    if (cluster.crashes !== crashes || cluster.restarts !== restarts)
      return `${cluster.crashes} crashes and ${cluster.restarts} restarts are shown, there were ${crashes} and ${restarts}, ${at(event)}`;
    const shown = cluster.slots.flatMap(({ slot, workers }) =>
      workers.map(({ id, state }) => `${slot}: ${id} ${state}`),
    );
    const there = crew.present().map((life) => `${life.slot}: ${life.id} ${stateOf(life, hung, left)}`);
    if (shown.toSorted().join() !== there.toSorted().join())
      return `workers ${shown.join()} are shown, there are ${there.join()}, ${at(event)}`;
    const ready = slotsWith(crew, (life) => ['ready', 'available'].includes(stateOf(life, hung, left)));
    if (cluster.ready !== ready) return `${cluster.ready} slots are shown ready, there are ${ready}, ${at(event)}`;
    const problem = phaseProblem(cluster.phase, event);
    if (problem !== undefined) return `${problem} ${at(event)}`;
  }
  return undefined;
};

const read = (line: string): { readonly id?: number; readonly gap?: { readonly from: number; readonly to: number } } =>
  JSON.parse(line);

const slotsWith = (crew: Crew, has: (life: Life) => boolean): number =>
  new Set(
    crew
      .present()
      .filter(has)
      .map(({ slot }) => slot),
  ).size;

const stateOf = (life: Life, hung: ReadonlySet<number>, left: ReadonlySet<number>): string => {
  if ((life.leavingAt ?? life.retiredAt) !== undefined || left.has(life.id)) return 'leaving';
  if (hung.has(life.id)) return 'hung';
  if (life.withdrawn) return 'paused';
  return life.available ? 'available' : life.ready ? 'ready' : 'booting';
};

const phaseProblem = (phase: string, { type }: ClusterEvent): string | undefined => {
  const expected = type === 'shutdown' ? 'shutting-down' : type === 'end' ? 'ended' : undefined;
  return expected === undefined || phase === expected ? undefined : `it is shown as ${phase}, expected ${expected}`;
};
