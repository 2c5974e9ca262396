import { clock, plural } from '../state/format.js';
import type { State } from '../state/state.js';
import type { Numbered } from '../watched/watched.js';
import { html, type Send } from './html.js';
import { visible } from './visible.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const maxShown = 400;

interface Typed {
  readonly currentTarget: { readonly value: string };
}

/** What the workers write. The master selects and limits it. */
export const logs = ({ watched, view, player }: State, { send }: Send) => {
  const records = watched.records.slice(-maxShown).toReversed();
  return html`<section class="card" aria-labelledby="logs-title">
    <div class="head">
      <h2 id="logs-title">Logs</h2>
      ${
        player === undefined &&
        html`<label
            >Level
            <select
              value=${view.level}
              onChange=${({ currentTarget }: Typed) => send({ type: 'show', view: { level: currentTarget.value } })}
            >
              ${levels.map((level) => html`<option value=${level}>${level}</option>`)}
            </select></label
          >
          <label
            >Contains
            <input
              type="search"
              id="filter"
              value=${view.contains}
              onInput=${({ currentTarget }: Typed) => send({ type: 'show', view: { contains: currentTarget.value } })}
          /></label>`
      }
      <span class="space"></span>
      ${
        watched.dropped > 0 &&
        html`<p class="hint">${plural(watched.dropped, 'line')} left out: more than 100 a second are not sent.</p>`
      }
    </div>
    ${records.length === 0 && html`<p class="wait">No lines. With <code>log: false</code> the master reads none.</p>`}
    <ol class="records" tabindex="0" aria-label="Lines, the newest first">
      ${records.map(recordView)}
    </ol>
  </section>`;
};

const toneOf = (level: number): string =>
  level >= 50 ? 'error' : level >= 40 ? 'warn' : level < 30 ? 'debug' : 'info';

const recordView = ({ number, record }: Numbered) => {
  const { time, level, worker, msg, fields } = record;
  const more = Object.keys(fields).length === 0 ? '' : JSON.stringify(fields);
  return html`<li key=${number} class=${toneOf(level)}>
    <time>${clock(time)}</time> <span class="who">${worker.cluster} ${worker.slot}</span>
    <span class="msg">${visible(msg)}</span>${more !== '' && html` <small>${visible(more)}</small>`}
  </li>`;
};
