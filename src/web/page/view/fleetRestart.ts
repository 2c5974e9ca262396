import {
  beganAt,
  type HostTurn,
  type Part,
  planText,
  progressText,
  releasesOf,
  type Restart,
  type Step,
  stepsOf,
} from '../fleet/restartSteps.js';
import type { ReportedFleet } from '../fleet/knownFleet.js';
import { clock, duration } from '../state/format.js';
import { html } from './html.js';
import { visible } from './visible.js';

const tones = { done: 'good', aborted: 'warn', halted: 'bad', running: 'info' } as const;

/** A restart of a service over the hosts as a timeline: canary hosts, soak, batches. */
export const fleetRestart = (fleet: ReportedFleet, restart: Restart, now: number) => {
  const { service, roll } = restart;
  const releases = releasesOf(fleet, restart);
  const name = visible(service);
  return html`<article class="card fleetrestart" key=${service} aria-label=${`Restart of ${name}`}>
    <div class="head">
      <h3>${name} <span class=${`state ${tones[roll.phase]}`}>${roll.phase}</span></h3>
      <p class="hint">${[progressText(roll), ...whenText(fleet, restart, now)].join(', ')}, by ${visible(roll.by)}</p>
    </div>
    ${roll.why !== undefined && html`<p class="cause">${visible(roll.why)}</p>`}
    <ol class="steps" tabindex="0" aria-label=${`Steps of the restart of ${name}`}>
      ${stepsOf(fleet, restart, now).map(stepView)}
    </ol>
    ${releases.length > 0 && html`<p class="code"><b>Code</b> ${visible(releases.join('; '))}</p>`}
    <p class="hint">${planText(roll)}</p>
    ${
      roll.phase === 'halted' &&
      html`<p class="next">
        Go on with the hosts that are left: <code>proteus fleet resume ${name}</code>. End it:${' '}
        <code>proteus fleet abort ${name}</code>.
      </p>`
    }
  </article>`;
};

const whenText = (fleet: ReportedFleet, restart: Restart, now: number): readonly string[] => {
  const { from, to } = restart;
  const began = beganAt(fleet, restart);
  if (from === undefined || began === undefined) return [];
  return [`begun at ${clock(began)}`, duration(to === undefined ? now - began : to - from)];
};

const stepView = (step: Step) =>
  step.soak === undefined
    ? html`<li key=${step.name}>
        <span class="step">${step.name}</span>
        <ul>
          ${step.hosts.map(hostView)}
        </ul>
      </li>`
    : html`<li key="soak" class="soak">
        <span class="step">soak</span>
        <div class="turn"><span class="name"></span>${bar(step.soak)}<span class="words">${step.soak.words}</span></div>
      </li>`;

const hostView = (turn: HostTurn) => {
  const { host, tone, words, code, why } = turn;
  return html`<li key=${host}>
    <div class="turn">
      <span class="name">${visible(host)}</span>${bar(turn)} <span class=${`words ${tone}`}>${words}</span
      ><span class="release">${visible(code)}</span>
    </div>
    ${why !== undefined && html`<p class="cause">${visible(why)}</p>`}
  </li>`;
};

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

const bar = ({ bar: part, tone }: Part) => {
  return html`<svg width="100%" height="12" aria-hidden="true">
    <rect class="rest" x="0" width="100%" y="4" height="4" rx="2" />
    ${
      part !== undefined &&
      html`<line class=${`part ${tone}`} x1=${percent(part[0])} x2=${percent(part[1])} y1="6" y2="6" />`
    }
  </svg>`;
};
