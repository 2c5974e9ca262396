import { clock } from '../state/format.js';
import { silentSince, type State, tabsOf } from '../state/state.js';
import { html, type Send } from './html.js';

const titles = { overview: 'Overview', charts: 'Charts', restarts: 'Restarts', logs: 'Logs', hosts: 'Hosts' } as const;

export const header = (state: State, { send, save, turnTheme }: Send) => {
  const { masters, master, watched, view, readOnly, player } = state;
  return html`<header>
    <div class="bar">
      <h1><span class="logo" aria-hidden="true"></span>proteus</h1>
      ${
        masters.length > 1 &&
        html`<label class="pick"
          ><span class="hidden">Master</span
          ><select
            value=${master}
            onChange=${(event: { readonly currentTarget: { readonly value: string } }) =>
              send({ type: 'master', master: event.currentTarget.value })}
          >
            ${masters.map((id) => html`<option value=${id}>pid ${id}</option>`)}
          </select></label
        >`
      }
      ${
        watched.clusters.length > 1 &&
        html`<label class="pick"
          ><span class="hidden">Cluster</span
          ><select
            value=${view.cluster ?? watched.clusters[0]?.cluster}
            onChange=${(event: { readonly currentTarget: { readonly value: string } }) =>
              send({ type: 'show', view: { cluster: event.currentTarget.value, slot: undefined } })}
          >
            ${watched.clusters.map(({ cluster }) => html`<option value=${cluster}>${cluster}</option>`)}
          </select></label
        >`
      }
      <span class="space"></span>
      ${connectionText(state)} ${readOnly && player === undefined && html`<span class="badge">read only</span>`}
      ${
        player === undefined &&
        watched.master !== undefined &&
        html`<button type="button" class="quiet" onClick=${save}>Save recording</button>`
      }
      <button type="button" class="quiet icon" onClick=${turnTheme} aria-label="Light or dark">◐</button>
    </div>
    <nav aria-label="Views">
      ${tabsOf(state).map(
        (tab) => html`<a href=${`#${tab}`} aria-current=${tab === view.tab ? 'page' : undefined}>${titles[tab]}</a>`,
      )}
    </nav>
  </header>`;
};

const connectionText = (state: State) => {
  const { connection, player, watched } = state;
  if (player !== undefined)
    return html`<span class="connection recorded">recording of pid ${watched.master?.pid}</span>`;
  const since = silentSince(state);
  if (since !== undefined) {
    const why = connection.state === 'lost' ? connection.why : 'the master does not answer';
    return html`<span class="connection lost" role="status"
      >no data since ${clock(since)}: ${why}. Trying again.</span
    >`;
  }
  if (state.fleet !== undefined && state.master === undefined)
    return html`<span class="connection" role="status">no master on this machine</span>`;
  return connection.state === 'live'
    ? html`<span class="connection live" role="status">live</span>`
    : html`<span class="connection" role="status">connecting</span>`;
};
