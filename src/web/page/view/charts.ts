import type { ClusterStatus } from '../../../status.js';
import { bytes, clock, latency, percent, rate } from '../state/format.js';
import type { State } from '../state/state.js';
import type { Point } from '../../samples/series.js';
import { Chart } from './chart.js';
import { html } from './html.js';

interface Described {
  readonly title: string;
  readonly lines: readonly {
    readonly label: string;
    readonly color: string;
    readonly of: (point: Point) => number | null;
  }[];
  readonly format: (value: number) => string;
}

const described: readonly Described[] = [
  {
    title: 'Requests',
    lines: [{ label: 'per second', color: 'accent', of: ({ rate: value }) => value }],
    format: rate,
  },
  {
    title: 'Latency',
    lines: [
      { label: '50 %', color: 'accent', of: ({ p50 }) => p50 },
      { label: '99 %', color: 'warn', of: ({ p99 }) => p99 },
    ],
    format: latency,
  },
  { title: 'CPU', lines: [{ label: 'of one core', color: 'accent', of: ({ cpu }) => cpu }], format: percent },
  {
    title: 'Event loops',
    lines: [
      { label: 'mean', color: 'accent', of: ({ loopMean }) => loopMean },
      { label: 'busiest', color: 'warn', of: ({ loopMax }) => loopMax },
    ],
    format: percent,
  },
  { title: 'Memory', lines: [{ label: 'resident', color: 'accent', of: ({ rss }) => rss }], format: bytes },
  { title: 'Workers', lines: [{ label: 'sampled', color: 'accent', of: ({ workers }) => workers }], format: String },
];

/** Charts of the last hour, as far as the server of the page ran, or the page saw it. */
export const charts = ({ watched }: State, { cluster }: ClusterStatus, dark: boolean) => {
  const points = watched.series.get(cluster)?.points ?? [];
  const [first] = points;
  if (first === undefined) return html`<p class="wait">The first values come after two seconds.</p>`;
  const times = points.map(({ at }) => at);
  return html`<p class="hint">Since ${clock(first.at * 1_000)}; an hour at most.</p>
    <div class="charts">
      ${described.map(
        ({ title, lines, format }) =>
          html`<${Chart}
            key=${title}
            title=${title}
            lines=${lines}
            data=${[times, ...lines.map(({ of }) => points.map(of))]}
            format=${format}
            dark=${dark}
          />`,
      )}
    </div>`;
};
