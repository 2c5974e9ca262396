import type { ClusterStatus, SlotStatus, WorkerStatus } from '../../../status.js';
import type { Action } from '../state/actions.js';
import { bytes, duration, latency, percent, rate } from '../state/format.js';
import { presentOf, type SortBy, type State } from '../state/state.js';
import type { Load } from '../../samples/loads.js';
import { html, type Send } from './html.js';

interface Row {
  readonly slot: SlotStatus;
  /** The one that serves, or the youngest. */
  readonly worker: WorkerStatus | undefined;
  readonly load: Load | undefined;
  readonly uptime: number | undefined;
}

interface Column {
  readonly by?: SortBy;
  readonly title: string;
  /** Left out on a phone, or on a window that is not wide. */
  readonly class?: 'wide' | 'medium';
  readonly value?: (row: Row) => number | undefined;
  readonly cell: (row: Row) => unknown;
}

const shown = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined ? '–' : format(value);

const columns: readonly Column[] = [
  {
    title: 'worker',
    class: 'medium',
    cell: ({ worker }) => worker && html`${worker.id} <small>pid ${worker.pid}</small>`,
  },
  {
    by: 'uptime',
    title: 'uptime',
    class: 'medium',
    value: ({ uptime }) => uptime,
    cell: ({ uptime }) => shown(uptime, duration),
  },
  { by: 'cpu', title: 'CPU', value: ({ load }) => load?.cpu, cell: ({ load }) => shown(load?.cpu, percent) },
  { by: 'rss', title: 'memory', value: ({ load }) => load?.rss, cell: ({ load }) => shown(load?.rss, bytes) },
  {
    by: 'loop',
    title: 'loop',
    class: 'medium',
    value: ({ load }) => load?.loop,
    cell: ({ load }) => shown(load?.loop, percent),
  },
  { by: 'rate', title: 'req/s', value: ({ load }) => load?.rate, cell: ({ load }) => shown(load?.rate, rate) },
  {
    by: 'p99',
    title: '99 %',
    class: 'medium',
    value: ({ load }) => load?.p99,
    cell: ({ load }) => shown(load?.p99, latency),
  },
  {
    by: 'restarts',
    title: 'restarts',
    class: 'wide',
    value: ({ slot }) => slot.restarts,
    cell: ({ slot }) => slot.restarts,
  },
  {
    by: 'crashes',
    title: 'crashes',
    class: 'medium',
    value: ({ slot }) => slot.crashes,
    cell: ({ slot }) => slot.crashes,
  },
];

export const slots = (state: State, cluster: ClusterStatus, { send }: Send) => {
  const { sort } = state.view;
  const present = presentOf(state);
  const rows = cluster.slots.map((slot) => rowOf(slot, state, present));
  const value = columns.find(({ by }) => by === sort.by)?.value ?? (({ slot }: Row) => slot.slot);
  const sorted = rows.toSorted((one, other) => {
    const difference = (value(one) ?? -Infinity) - (value(other) ?? -Infinity) || one.slot.slot - other.slot.slot;
    return sort.down ? -difference : difference;
  });
  const head = (by: SortBy | undefined, title: string, kind = '') => {
    const sorts = by === sort.by;
    const turned = { by: by ?? 'slot', down: sorts ? !sort.down : by !== 'slot' };
    return html`<th class=${kind} scope="col" aria-sort=${sorts ? (sort.down ? 'descending' : 'ascending') : undefined}>
      ${
        by === undefined
          ? title
          : html`<button type="button" class="quiet" onClick=${() => send({ type: 'show', view: { sort: turned } })}>
              ${title}${sorts ? (sort.down ? ' ↓' : ' ↑') : ''}
            </button>`
      }
    </th>`;
  };
  return html`<section class="card" aria-labelledby="slots-title">
    <div class="head">
      <h2 id="slots-title">Slots</h2>
      <span class="space"></span>
      ${actions(state, cluster, send)}
    </div>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="slots-title">
      <table class="slots">
        <thead>
          <tr>
            ${head('slot', 'slot')}
            <th scope="col">state</th>
            ${columns.map(({ by, title, class: kind }) => head(by, title, kind))}
          </tr>
        </thead>
        <tbody>
          ${sorted.map((row) => rowView(row, send))}
        </tbody>
      </table>
    </div>
  </section>`;
};

const actions = ({ readOnly, player }: State, { cluster, size, phase }: ClusterStatus, send: Send['send']) => {
  if (readOnly || player !== undefined || phase === 'ended') return undefined;
  const ask = (asked: Action) => () => send({ type: 'show', view: { asked } });
  return html`<div class="actions" role="group" aria-label=${`Actions for ${cluster}`}>
    <button type="button" onClick=${ask({ name: 'restart', cluster })}>Restart</button>
    <button type="button" onClick=${ask({ name: 'scale', cluster, to: size })}>Scale</button>
    <button type="button" class="danger" onClick=${ask({ name: 'shutdown', cluster })}>Shut down</button>
  </div>`;
};

const rowOf = (slot: SlotStatus, { watched }: State, present: number): Row => {
  const worker =
    slot.workers.find(({ leaving, readyAt }) => leaving !== true && readyAt !== undefined) ?? slot.workers.at(-1);
  return {
    slot,
    worker,
    load: worker && watched.loads.last.get(worker.id),
    uptime: worker && Math.max(0, present - worker.forkedAt),
  };
};

const rowView = (row: Row, send: Send['send']) => {
  const { slot, worker } = row;
  return html`<tr key=${slot.slot}>
    <th scope="row">
      <button
        type="button"
        class="quiet"
        aria-label=${`Open slot ${slot.slot}`}
        onClick=${() => send({ type: 'show', view: { slot: slot.slot } })}
      >
        ${slot.slot}
      </button>
    </th>
    <td>${stateOf(slot, worker)}</td>
    ${columns.map(({ class: kind, cell }) => html`<td class=${kind}>${cell(row)}</td>`)}
  </tr>`;
};

const tones: Readonly<Record<string, string>> = {
  ready: 'good',
  available: 'good',
  running: 'good',
  booting: 'warn',
  starting: 'warn',
  leaving: 'warn',
  replacing: 'info',
  paused: 'info',
  backoff: 'bad',
  hung: 'bad',
};

/** The state of the slot where it says more than that of its worker. */
export const stateOf = (slot: SlotStatus, worker: WorkerStatus | undefined) => {
  const own = slot.state === 'running' || worker === undefined ? undefined : slot.state;
  const state = slot.state === 'running' && worker !== undefined ? worker.state : slot.state;
  return html`<span class=${`state ${tones[state] ?? 'plain'}`}>${own ?? state}</span
    >${worker?.leader === true && html` <span class="badge">leader</span>`}${
      worker?.overloaded === true && html` <span class="badge warn">overloaded</span>`
    }`;
};
