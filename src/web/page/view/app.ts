import { duration } from '../state/format.js';
import { fleetSilence } from '../fleet/knownFleet.js';
import { clusterOf, type State } from '../state/state.js';
import { charts } from './charts.js';
import { Confirmation } from './confirmation.js';
import { header } from './header.js';
import { hosts } from './hosts.js';
import { html, type Send } from './html.js';
import { logs } from './logs.js';
import { overview } from './overview.js';
import { playerBar } from './player.js';
import { restarts } from './restarts.js';

/** The whole page. */
export const app = (state: State, send: Send, dark: boolean) => {
  const cluster = clusterOf(state);
  const { asked } = state.view;
  return html`
    ${header(state, send)}
    <main class=${isStale(state) ? 'stale' : ''}>
      ${playerBar(state, send)} ${skewNote(state)} ${content(state, send, dark)}
    </main>
    <div class="notices" role="status">
      ${state.notices.map(({ number, failed, text }) => html`<p key=${number} class=${failed ? 'failed' : ''}>${text}</p>`)}
    </div>
    ${
      asked !== undefined &&
      cluster !== undefined &&
      html`<${Confirmation} key=${asked.name} asked=${asked} cluster=${cluster} send=${send.send} act=${send.act} />`
    }
  `;
};

const isStale = ({ view, fleet, connection }: State): boolean =>
  view.tab === 'hosts' ? fleetSilence(fleet) !== undefined : connection.state === 'lost';

const content = (state: State, send: Send, dark: boolean) => {
  const cluster = clusterOf(state);
  if (state.connection.state === 'refused') return tokenForm;
  if (state.view.tab === 'hosts' && state.player === undefined) return hosts(state);
  if (cluster === undefined) return html`<p class="wait">${waitingFor(state)}</p>`;
  switch (state.view.tab) {
    case 'overview':
      return overview(state, cluster, send);
    case 'charts':
      return charts(state, cluster, dark);
    case 'restarts':
      return restarts(state, cluster);
    default:
      return logs(state, send);
  }
};

const waitingFor = ({ connection, masters, watched }: State): string => {
  if (connection.state === 'live' && watched.master !== undefined) return 'No cluster runs in this master.';
  return masters.length === 0 && connection.state !== 'connecting' ? 'No master runs.' : 'Waiting for the master.';
};

const tokenForm = html`<form class="card token" id="token-form">
  <h2>A token is needed</h2>
  <p>Open the link that <code>proteus web</code> has printed, or give its token here.</p>
  <label>Token <input type="password" id="token" autocomplete="off" required /></label>
  <button type="submit" class="primary">Open</button>
</form>`;

const shownSkewMs = 5_000;

/** All times are those of the master. */
const skewNote = ({ ahead, player }: State) =>
  player === undefined &&
  Math.abs(ahead) > shownSkewMs &&
  html`<p class="note">
    The clock of the master is ${duration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the one of this
    browser. All times are those of the master.
  </p>`;
