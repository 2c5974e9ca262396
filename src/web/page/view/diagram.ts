import type { ClusterStatus } from '../../../status.js';
import { type DiagramRow, layOut, type LifeLine, type Marble, type Tick } from '../marbles/layout.js';
import { edgesOf, pan, type TimeWindow, usualWindow, zoom } from '../marbles/timeWindow.js';
import { clock, duration } from '../state/format.js';
import { presentOf, type State } from '../state/state.js';
import type { Mark } from '../watched/marks.js';
import { html, type Send } from './html.js';

const laneHeight = 24;
const radius = 8.5;
/** The room of a marble, of the whole page, and of what is beside the marbles, in px. */
const columnWidth = 20;
const widest = 1_280;
const besideMarbles = 130;

/** The live marble diagram: a row for the decisions of the master, and one for each slot. */
export const diagram = (state: State, cluster: ClusterStatus, { send }: Send) => {
  const now = presentOf(state);
  const { window, mark } = state.view;
  const [from, to] = edgesOf(window, now);
  const own = ({ cluster: name }: { readonly cluster: string }) => name === cluster.cluster;
  const laid = layOut({
    lives: state.watched.lives.filter(({ worker }) => own(worker)),
    marks: state.watched.marks.filter(own),
    slots: cluster.slots.map(({ slot }) => slot),
    from,
    to,
    columns: Math.max(10, Math.floor((Math.min(state.width, widest) - besideMarbles) / columnWidth)),
  });
  const turn = (next: TimeWindow) => send({ type: 'show', view: { window: next } });
  const choose = (id: number | undefined) => send({ type: 'show', view: { mark: id } });
  const open = (slot: number | undefined) => send({ type: 'show', view: { slot } });
  return html`<section class="card diagram" aria-labelledby="diagram-title">
    <div class="head">
      <h2 id="diagram-title">Marbles</h2>
      <p class="hint">last ${duration(window.span)}${window.to === undefined ? '' : ` until ${clock(to)}`}</p>
      <span class="space"></span>
      ${tools(window, now, turn)}
    </div>
    <div
      class="plot"
      role="group"
      tabindex="0"
      aria-label="Live marble diagram. Left and right: the event before and after. Plus and minus: zoom. Shift with left and right: move."
      onKeyDown=${keys(state, now, turn, choose, laid.rows)}
      onWheel=${wheel(window, now, turn)}
      onPointerDown=${drag(window, now, turn)}
    >
      ${laid.rows.map((row) => rowView(row, laid.ticks, mark, choose, open))} ${axis(laid.ticks)}
    </div>
    <p class="hidden" aria-live="polite">${sentenceOf(state.watched.marks.find(({ id }) => id === mark))}</p>
    ${legend}
  </section>`;
};

type Turn = (window: TimeWindow) => void;

const tools = (window: TimeWindow, now: number, turn: Turn) =>
  html`<div class="tools" role="group" aria-label="Time shown">
    <button type="button" class="quiet icon" aria-label="Earlier" onClick=${() => turn(pan(window, -0.5, now))}>
      ‹
    </button>
    <button type="button" class="quiet icon" aria-label="Later" onClick=${() => turn(pan(window, 0.5, now))}>›</button>
    <button type="button" class="quiet icon" aria-label="Show more time" onClick=${() => turn(zoom(window, 2, now))}>
      −
    </button>
    <button type="button" class="quiet icon" aria-label="Show less time" onClick=${() => turn(zoom(window, 0.5, now))}>
      +
    </button>
    <button
      type="button"
      class="quiet"
      aria-pressed=${window.to === undefined}
      onClick=${() => turn(window.to === undefined ? usualWindow : { span: window.span })}
    >
      now
    </button>
  </div>`;

const percentOf = (share: number): string => `${(share * 100).toFixed(3)}%`;

const rowView = (
  { slot, lines, marbles }: DiagramRow,
  ticks: readonly Tick[],
  chosen: number | undefined,
  choose: (id: number | undefined) => void,
  open: (slot: number | undefined) => void,
) => {
  const lanes = Math.max(1, ...lines.map(({ lane }) => lane + 1));
  const height = lanes * laneHeight;
  const tipped = marbles.find(({ marks }) => marks.some(({ id }) => id === chosen));
  return html`<div class="track" key=${slot ?? 'master'}>
    ${
      slot === undefined
        ? html`<span class="label">master</span>`
        : html`<button type="button" class="label quiet" onClick=${() => open(slot)}>slot ${slot}</button>`
    }
    <div class="canvas">
      <svg width="100%" height=${height} aria-hidden="true" focusable="false">
        ${ticks.map(({ at }) => html`<line class="tick" x1=${percentOf(at)} x2=${percentOf(at)} y1="0" y2=${height} />`)}
        ${lines.map((line) => lifeView(line, () => open(slot)))}
        ${marbles.map((marble) => marbleView(marble, slot === undefined, chosen, choose))}
      </svg>
      ${tipped !== undefined && tip(tipped)}
    </div>
  </div>`;
};

const middleOf = (lane: number): number => lane * laneHeight + laneHeight / 2;

/** Booting, serving and leaving are drawn differently. */
const lifeView = ({ life, lane, from, to, ready = to, leaving = to }: LifeLine, open: () => void) => {
  const y = middleOf(lane);
  const part = (kind: string, begin: number, end: number) =>
    end > begin && html`<line class=${`life ${kind}`} x1=${percentOf(begin)} x2=${percentOf(end)} y1=${y} y2=${y} />`;
  const booted = Math.min(ready, leaving);
  return html`<g class="worker" key=${life.worker.id} onClick=${open}>
    <line class="reach" x1=${percentOf(from)} x2=${percentOf(to)} y1=${y} y2=${y} />
    ${part('booting', from, Math.max(from, booted))} ${part('serving', Math.max(from, ready), leaving)}
    ${part('leaving', Math.max(from, leaving), to)}
  </g>`;
};

const marbleView = (
  { at, lane, sign, marks }: Marble,
  decision: boolean,
  chosen: number | undefined,
  choose: (id: number | undefined) => void,
) => {
  const [x, y] = [percentOf(at), middleOf(lane)];
  const id = marks.at(-1)?.id;
  const classes = [
    'marble',
    toneOf(sign),
    decision && 'decision',
    marks.some((mark) => mark.id === chosen) && 'chosen',
  ];
  return html`<g
    class=${classes.filter(Boolean).join(' ')}
    key=${id}
    onPointerEnter=${() => choose(id)}
    onPointerLeave=${() => choose(undefined)}
    onClick=${() => choose(id)}
  >
    <circle cx=${x} cy=${y} r=${radius} />
    <text x=${x} y=${y + 3.8} text-anchor="middle">${sign}</text>
    ${marks.length > 1 && html`<text class="count" x=${x} y=${y - 5} dx="8">${marks.length}</text>`}
  </g>`;
};

const maxTipped = 6;

const tip = ({ at, marks }: Marble) =>
  html`<div class=${`tip ${at > 0.5 ? 'left' : 'right'}`} style=${{ '--at': percentOf(at) }}>
    ${marks.slice(-maxTipped).map((mark) => html`<p><time>${clock(mark.time)}</time> ${mark.text}</p>`)}
    ${marks.length > maxTipped && html`<p class="hint">and ${marks.length - maxTipped} before</p>`}
  </div>`;

const axis = (ticks: readonly Tick[]) =>
  html`<div class="track axis" aria-hidden="true">
    <span class="label"></span>
    <div class="canvas">
      <svg width="100%" height="18">
        ${ticks.map(({ at, time }) => html`<text x=${percentOf(at)} y="13" text-anchor="middle">${clock(time)}</text>`)}
      </svg>
    </div>
  </div>`;

const tones: readonly (readonly [signs: string, tone: string])[] = [
  ['xkGbZADe', 'bad'],
  ['tgqvHVuwpY', 'warn'],
  ['raQES', 'good'],
];

const toneOf = (sign: string): string => tones.find(([signs]) => signs.includes(sign))?.[1] ?? 'plain';

const sentenceOf = (mark: Mark | undefined): string => (mark === undefined ? '' : `${clock(mark.time)} ${mark.text}`);

const legend = html`<details class="legend">
  <summary>Signs</summary>
  <p>
    <b>f</b> fork, <b>o</b> online, <b>r</b> ready, <b>a</b> available, <b>t</b> asked to leave, <b>g</b> leaves on its
    own, <b>q</b> SIGTERM, <b>k</b> SIGKILL, <b>|</b> exit as asked, <b>x</b> any other exit. Capitals are decisions of
    the master. A number: so many events together. Dashed: it boots. Solid: it serves. Dotted: it leaves.
  </p>
</details>`;

interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly preventDefault: () => void;
}

const keys =
  (state: State, now: number, turn: Turn, choose: (id: number | undefined) => void, rows: readonly DiagramRow[]) =>
  (event: Key): void => {
    const { window, mark } = state.view;
    const next = {
      '+': () => turn(zoom(window, 0.5, now)),
      '-': () => turn(zoom(window, 2, now)),
      Escape: () => choose(undefined),
      End: () => turn({ span: window.span }),
      ArrowLeft: () => (event.shiftKey ? turn(pan(window, -0.25, now)) : choose(neighbour(rows, mark, -1))),
      ArrowRight: () => (event.shiftKey ? turn(pan(window, 0.25, now)) : choose(neighbour(rows, mark, 1))),
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    next();
  };

/** The event that was before or after another one, of those that are drawn. */
const neighbour = (rows: readonly DiagramRow[], id: number | undefined, step: 1 | -1): number | undefined => {
  const ids = rows
    .flatMap(({ marbles }) => marbles.flatMap(({ marks }) => marks.slice(-1)))
    .toSorted((one, other) => one.time - other.time || one.id - other.id)
    .map((mark) => mark.id);
  const at = id === undefined ? -1 : ids.indexOf(id);
  if (at === -1) return ids.at(step === 1 ? 0 : -1);
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
};

interface Wheel {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly ctrlKey: boolean;
  readonly preventDefault: () => void;
}

/** With Ctrl, or two fingers, it zooms; to the side it moves. Otherwise the page scrolls. */
const wheel =
  (window: TimeWindow, now: number, turn: Turn) =>
  (event: Wheel): void => {
    if (event.ctrlKey) {
      event.preventDefault();
      turn(zoom(window, event.deltaY > 0 ? 1.25 : 0.8, now));
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      turn(pan(window, event.deltaX / 1_000, now));
    }
  };

interface Pointer {
  readonly clientX: number;
  readonly button: number;
  readonly currentTarget: {
    readonly clientWidth: number;
    readonly addEventListener: (
      type: string,
      listener: (event: { readonly clientX: number }) => void,
      options: object,
    ) => void;
  };
}

/** Moves with the pointer until it is lifted. */
const drag =
  (window: TimeWindow, now: number, turn: Turn) =>
  ({ clientX, button, currentTarget: plot }: Pointer): void => {
    if (button !== 0) return;
    const ended = new AbortController();
    const { signal } = ended;
    plot.addEventListener(
      'pointermove',
      (event) => turn(pan(window, (clientX - event.clientX) / plot.clientWidth, now)),
      { signal },
    );
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'])
      plot.addEventListener(type, () => ended.abort(), { signal });
  };
