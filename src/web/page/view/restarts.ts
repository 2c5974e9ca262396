import type { ClusterStatus } from '../../../status.js';
import { clock, duration, plural } from '../state/format.js';
import { presentOf, type State } from '../state/state.js';
import type { Replacement, Roll } from '../watched/rolls.js';
import { html } from './html.js';

const maxRolls = 20;
const maxDecisions = 200;

/** The restarts as timelines of slots, and the decisions with their reasons. */
export const restarts = (state: State, { cluster }: ClusterStatus) => {
  const rolls = state.watched.rolls.rolls.filter((roll) => roll.cluster === cluster);
  const decisions = state.watched.marks.filter(
    (mark) => mark.cluster === cluster && (mark.level === 'info' || mark.level === 'warn' || mark.level === 'error'),
  );
  const present = presentOf(state);
  return html`
    <section aria-labelledby="rolls-title">
      <h2 id="rolls-title">Restarts</h2>
      ${rolls.length === 0 && html`<p class="wait">No restart has been seen.</p>`}
      ${rolls
        .slice(-maxRolls)
        .toReversed()
        .map((roll) => rollView(roll, present))}
    </section>
    <section class="card" aria-labelledby="decisions-title">
      <h2 id="decisions-title">Events</h2>
      <ol class="list">
        ${decisions
          .slice(-maxDecisions)
          .toReversed()
          .map(
            (mark) =>
              html`<li key=${mark.id} class=${mark.level}>
                <time>${clock(mark.time)}</time> <span class="sign" aria-hidden="true">${mark.sign}</span> ${mark.text}
              </li>`,
          )}
      </ol>
    </section>
  `;
};

const tones = { done: 'good', aborted: 'bad', cancelled: 'warn', running: 'info' } as const;

const rollView = (roll: Roll, present: number) => {
  const { from, to = present, why, slots, replacements, outcome, cause } = roll;
  const replaced = replacements.filter((one) => one.outcome === 'replaced').length;
  return html`<article class="card" key=${roll.roll} aria-label=${`Restart ${roll.roll}`}>
    <div class="head">
      <h3>Restart ${roll.roll} <span class=${`state ${tones[outcome]}`}>${outcome}</span></h3>
      <p class="hint">
        ${clock(from)}, ${duration(to - from)}, ${replaced} of ${plural(slots.length, 'slot')}${why && `: ${why}`}
      </p>
    </div>
    ${cause !== undefined && html`<p class="cause">${cause}</p>`}
    <ul class="rollslots">
      ${slots.map((slot) => slotView(slot, replacements, from, Math.max(to, from + 1), outcome))}
    </ul>
  </article>`;
};

const slotView = (
  slot: number,
  replacements: readonly Replacement[],
  from: number,
  to: number,
  outcome: Roll['outcome'],
) => {
  const share = (time: number) => `${((100 * (Math.min(time, to) - from)) / (to - from)).toFixed(2)}%`;
  const own = replacements.filter((one) => one.slot === slot);
  const last = own.at(-1);
  const words =
    last === undefined
      ? outcome === 'running'
        ? 'waits'
        : 'kept'
      : last.outcome === 'running'
        ? 'is replaced'
        : last.outcome;
  return html`<li key=${slot}>
    <span class="label">slot ${slot}</span>
    <svg width="100%" height="12" aria-hidden="true">
      <rect class="rest" x="0" width="100%" y="4" height="4" rx="2" />
      ${own.map(
        (one) =>
          html`<line class=${`part ${one.outcome}`} x1=${share(one.from)} x2=${share(one.to ?? to)} y1="6" y2="6" />`,
      )}
    </svg>
    <span class="words">${words}${last?.to !== undefined ? ` in ${duration(last.to - last.from)}` : ''}</span>
  </li>`;
};
