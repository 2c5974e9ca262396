import type { ClusterStatus } from '../../../status.js';
import { clock, duration } from '../state/format.js';
import { presentOf, type State } from '../state/state.js';
import type { Life } from '../watched/lives.js';
import { html, type Send } from './html.js';
import { stateOf } from './slots.js';

const maxLives = 20;
const maxEvents = 40;

/** What there is to know about the slot that is open: its worker, its lives with how they ended, and its events. */
export const slotPanel = (state: State, cluster: ClusterStatus, { send }: Send) => {
  const { slot: number } = state.view;
  const slot = cluster.slots.find((one) => one.slot === number);
  if (number === undefined || slot === undefined) return undefined;
  const close = () => send({ type: 'show', view: { slot: undefined } });
  const present = presentOf(state);
  const own = state.watched.lives.filter(({ worker }) => worker.cluster === cluster.cluster && worker.slot === number);
  const marks = state.watched.marks.filter((mark) => mark.cluster === cluster.cluster && mark.slot === number);
  const worker = slot.workers.at(-1);
  return html`<section class="card panel" id="slot" aria-labelledby="slot-title">
    <div class="head">
      <h2 id="slot-title">Slot ${number} ${stateOf(slot, worker)}</h2>
      <span class="space"></span>
      ${actions(state, cluster.cluster, number, worker?.paused === true, send)}
      <button type="button" class="quiet icon" aria-label="Close the slot" onClick=${close}>×</button>
    </div>
    ${worker?.why !== undefined && html`<p>${worker.state}: ${worker.why}</p>`}
    ${
      slot.state === 'backoff' &&
      slot.until !== undefined &&
      html`<p>The next worker is forked in ${duration(slot.until - present)}.</p>`
    }
    <div class="columns">
      <div>
        <h3>Lives</h3>
        <ol class="list" reversed>
          ${own
            .slice(-maxLives)
            .toReversed()
            .map((life) => lifeView(life, present))}
        </ol>
      </div>
      <div>
        <h3>Events</h3>
        <ol class="list">
          ${marks
            .slice(-maxEvents)
            .toReversed()
            .map(
              (mark) => html`<li key=${mark.id} class=${mark.level}><time>${clock(mark.time)}</time> ${mark.text}</li>`,
            )}
        </ol>
      </div>
    </div>
  </section>`;
};

const lifeView = ({ worker, from, to, exit }: Life, present: number) =>
  html`<li key=${worker.id} class=${exit?.crashed === true ? 'error' : ''}>
    <time>${clock(from)}</time> worker ${worker.id}, pid ${worker.pid ?? '–'}, ${duration((to ?? present) - from)}
    ${exit !== undefined && html`<br /><small>${exit.text}</small>`}
    ${exit === undefined && to !== undefined && html`<br /><small>its end was not seen</small>`}
  </li>`;

const actions = ({ readOnly, player }: State, cluster: string, slot: number, paused: boolean, send: Send['send']) => {
  if (readOnly || player !== undefined) return undefined;
  const turn = paused ? 'resume' : 'pause';
  const ask = (name: 'restart' | 'pause' | 'resume') => () =>
    send({ type: 'show', view: { asked: { name, cluster, slot } } });
  return html`<button type="button" onClick=${ask('restart')}>Restart</button>
    <button type="button" onClick=${ask(turn)}>${paused ? 'Resume' : 'Pause'}</button>`;
};
