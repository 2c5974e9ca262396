import type { ClusterStatus } from '../../../status.js';
import { bytes, duration, latency, percent, plural, rate } from '../state/format.js';
import { presentOf, type State } from '../state/state.js';
import type { Point } from '../../samples/series.js';
import { diagram } from './diagram.js';
import { html, type Send } from './html.js';
import { slotPanel } from './slotPanel.js';
import { slots } from './slots.js';
import { tile } from './tile.js';

export const overview = (state: State, cluster: ClusterStatus, send: Send) => html`
  ${tiles(state, cluster)} ${rollNow(cluster)} ${diagram(state, cluster, send)} ${slots(state, cluster, send)}
  ${slotPanel(state, cluster, send)}
`;

const unknown = '–';
const shown = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? unknown : format(value);

const tiles = (state: State, cluster: ClusterStatus) => {
  const point: Partial<Point> = state.watched.series.get(cluster.cluster)?.points.at(-1) ?? {};
  const { size, ready, phase, crashes, restarts, startedAt } = cluster;
  const tone = ready === 0 ? 'bad' : ready < size ? 'warn' : 'good';
  return html`<section aria-label="Summary">
    <dl class="tiles">
      ${tile(cluster.cluster, phase.replace('-', ' '), `for ${duration(presentOf(state) - startedAt)}`)}
      ${tile('ready', `${ready} of ${size}`, '', tone)}
      ${tile('requests', `${shown(point.rate, rate)}${point.rate == null ? '' : '/s'}`)}
      ${tile('median latency', shown(point.p50, latency), point.p99 == null ? '' : `99 %: ${latency(point.p99)}`)}
      ${tile('CPU', shown(point.cpu, percent), 'of one core')} ${tile('memory', shown(point.rss, bytes))}
      ${tile('crashes', String(crashes), '', crashes > 0 ? 'warn' : '')} ${tile('restarts', String(restarts))}
    </dl>
  </section>`;
};

/** The restart that runs. */
const rollNow = ({ roll }: ClusterStatus) =>
  roll !== undefined &&
  html`<section class="card roll" aria-label="Restart">
    <label
      >Restart ${roll.roll}: ${roll.replaced.length} of ${plural(roll.slots.length, 'slot')} replaced
      <progress max=${roll.slots.length} value=${roll.replaced.length}></progress
    ></label>
  </section>`;
