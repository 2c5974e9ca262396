import { differences, generationText, type HostRow, hostRows, namesText, totals } from '../fleet/hostRows.js';
import { fleetSilence, isReported, type ReportedFleet } from '../fleet/knownFleet.js';
import { inOrder } from '../fleet/restartSteps.js';
import type { HostReport, RestartReport, ServiceReport } from '../../fleet/report.js';
import { clock, duration, latency } from '../state/format.js';
import type { State } from '../state/state.js';
import { fleetRestart } from './fleetRestart.js';
import { html } from './html.js';
import { tile } from './tile.js';
import { visible } from './visible.js';

/** The hosts of the fleet, and the last restart of each service over them. */
export const hosts = ({ fleet, now }: State) => {
  if (fleet === undefined) return html`<p class="wait">This master is in no fleet.</p>`;
  return html`
    ${silenceNote(fleet)}
    ${
      isReported(fleet)
        ? html`${tiles(fleet)} ${notes(fleet)} ${restarts(fleet, fleetSilence(fleet)?.since ?? now)}
          ${table(fleet, now)}`
        : html`<p class="wait">Waiting for the fleet.</p>`
    }
  `;
};

const silenceNote = (fleet: State['fleet']) => {
  const silence = fleetSilence(fleet);
  return html`<p class=${silence === undefined ? 'hidden' : 'note'} role="status">
    ${
      silence !== undefined &&
      `No data of the fleet${silence.since === undefined ? '' : ` since ${clock(silence.since)}`}: ${visible(silence.why)}. Trying again.`
    }
  </p>`;
};

const tiles = ({ report }: ReportedFleet) => {
  const { members, gone, services, available, size, crashes } = totals(report);
  const phases = report.restarts.flatMap(({ roll }) => roll ?? []);
  const halted = phases.filter(({ phase }) => phase === 'halted').map(({ service }) => service);
  const running = phases.filter(({ phase }) => phase === 'running').map(({ service }) => service);
  const [restart, more, tone] =
    halted.length > 0 ? ['halted', halted, 'bad'] : running.length > 0 ? ['running', running, ''] : ['none', [], ''];
  return html`<section aria-label="Summary of the fleet">
    <dl class="tiles">
      ${tile('fleet', visible(report.name), report.reachable ? 'connected' : 'not connected')}
      ${tile('services', String(services))}
      ${tile('hosts', String(members), gone === 0 ? '' : `and ${gone} unreachable`, gone === 0 ? 'good' : 'bad')}
      ${tile('workers ready', `${available} of ${size}`, '', available < size ? 'warn' : 'good')}
      ${tile('restart', restart, visible(namesText(more)), tone)}
      ${tile('crashes', String(crashes), '', crashes > 0 ? 'warn' : '')}
    </dl>
  </section>`;
};

const notes = ({ report }: ReportedFleet) =>
  [...(report.reachable && report.problem !== undefined ? [report.problem] : []), ...differences(report)].map(
    (text) => html`<p class="note">${visible(text)}.</p>`,
  );

/** While there is no data of the fleet, `now` is since when: the times of restarts stand still. */
const restarts = (fleet: ReportedFleet, now: number) => {
  const { restarts: known } = fleet.report;
  return html`<section aria-labelledby="fleet-restarts-title">
    <div class="head">
      <h2 id="fleet-restarts-title">Restarts</h2>
      <p class="hint">
        The last one of each service. They are begun, resumed and aborted with <code>proteus fleet</code>.
      </p>
    </div>
    ${known.length === 0 && html`<p class="wait">There was no restart of the fleet.</p>`}
    ${inOrder(known).map((restart) => restartView(fleet, restart, now))}
  </section>`;
};

const restartView = (fleet: ReportedFleet, { roll, problem, ...restart }: RestartReport, now: number) =>
  roll === undefined
    ? html`<article class="card" key=${restart.service}>
        <p class="cause">${visible(problem ?? 'The record of a restart cannot be read.')}</p>
      </article>`
    : fleetRestart(fleet, { ...restart, roll }, now);

interface Column {
  readonly title: string;
  /** Left out on a phone, or on a window that is not wide. */
  readonly class?: 'wide' | 'medium';
  /** Of a service of the host. */
  readonly cell: (service: ServiceReport) => unknown;
}

const columns: readonly Column[] = [
  { title: 'service', cell: ({ name }) => visible(name) },
  {
    title: 'ready',
    cell: ({ available, size }) => html`<span class=${available < size ? 'short' : ''}>${available} of ${size}</span>`,
  },
  { title: 'release', cell: ({ release }) => visible(release) },
  { title: 'phase', class: 'wide', cell: ({ phase }) => visible(phase).replaceAll('-', ' ') },
  { title: 'generation', class: 'medium', cell: generationText },
  { title: '99 %', class: 'medium', cell: ({ p99 }) => (p99 === undefined ? '–' : latency(p99)) },
  { title: 'crashes', class: 'medium', cell: ({ crashes }) => crashes },
];

const table = (fleet: ReportedFleet, now: number) => {
  const rows = hostRows(fleet, now);
  return html`<section class="card" aria-labelledby="hosts-title">
    <h2 id="hosts-title">Hosts</h2>
    ${rows.length === 0 && html`<p class="wait">No host is in the fleet.</p>`}
    <div class="scroll" tabindex="0" role="group" aria-labelledby="hosts-title">
      <table class="hosts">
        <thead>
          <tr>
            <th scope="col">host</th>
            <th scope="col">state</th>
            ${columns.map(({ title, class: kind }) => html`<th scope="col" class=${kind}>${title}</th>`)}
            <th scope="col" class="medium">last record</th>
            <th scope="col" class="wide">member for</th>
            <th scope="col" class="wide">proteus</th>
          </tr>
        </thead>
        ${rows.map((row) => hostView(row, fleet, now))}
      </table>
    </div>
  </section>`;
};

const cells = (service: ServiceReport | undefined) =>
  columns.map(({ class: kind, cell }) => html`<td class=${kind}>${service && cell(service)}</td>`);

/** A host has a row for each service. */
const hostView = ({ host, tone, state, age, report }: HostRow, fleet: ReportedFleet, now: number) => {
  const { services, problem } = report;
  const [first, ...others] = services.toSorted((one, other) => one.name.localeCompare(other.name));
  const span = Math.max(1, services.length);
  return html`<tbody key=${host} class=${report.is === 'member' ? '' : 'gone'}>
    <tr>
      <th scope="rowgroup" rowspan=${span}>
        <span class="name">${visible(host)}</span>${
          host === fleet.report.host && html` <span class="badge">this host</span>`
        }
      </th>
      <td rowspan=${span}>
        <span class=${`state ${tone}`}>${state}</span
        >${problem !== undefined && html`<p class="cause">${visible(problem)}</p>`}
      </td>
      ${cells(first)}
      <td class="medium" rowspan=${span}>${age < 1_000 ? 'just now' : `${duration(age)} ago`}</td>
      <td class="wide" rowspan=${span}>${memberFor(report, now)}</td>
      <td class="wide" rowspan=${span}>${visible(report.version ?? '')}</td>
    </tr>
    ${others.map(
      (service) =>
        html`<tr key=${service.name}>
          ${cells(service)}
        </tr>`,
    )}
  </tbody>`;
};

/** By the clock of the host: it is about days, not seconds. */
const memberFor = ({ joined, is }: HostReport, now: number): string =>
  joined === undefined || is !== 'member' ? '' : duration(now - joined);
