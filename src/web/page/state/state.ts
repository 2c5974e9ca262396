import { type Recording, watchedAt } from '../recording/recording.js';
import { type TimeWindow, usualWindow } from '../marbles/timeWindow.js';
import type { FleetReport } from '../../fleet/report.js';
import type { KnownFleet } from '../fleet/knownFleet.js';
import { type SeriesData, withHistory } from '../../samples/series.js';
import type { Line } from '../watched/line.js';
import { nothingWatched, watch, type Watched } from '../watched/watched.js';
import type { Action } from './actions.js';

export const tabs = ['overview', 'charts', 'restarts', 'logs', 'hosts'] as const;
type Tab = (typeof tabs)[number];

/** The views that there are: hosts where there is a fleet. */
export const tabsOf = ({ fleet, player }: State): readonly Tab[] =>
  tabs.filter((tab) => tab !== 'hosts' || (fleet !== undefined && player === undefined));

export type SortBy = 'slot' | 'uptime' | 'cpu' | 'rss' | 'loop' | 'rate' | 'p99' | 'restarts' | 'crashes';

/** The connection to the server of the page. Times are those of the browser. */
type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'lost'; readonly since: number; readonly why: string }
  /** The server wants another token. */
  | { readonly state: 'refused' };

/** What the user has chosen to see. */
export interface View {
  readonly tab: Tab;
  /** Left out: the first one. */
  readonly cluster?: string | undefined;
  /** The slot that is open. */
  readonly slot?: number | undefined;
  readonly window: TimeWindow;
  /** The event in the diagram that is pointed at or chosen, by its id. */
  readonly mark?: number | undefined;
  readonly level: string;
  readonly contains: string;
  readonly sort: { readonly by: SortBy; readonly down: boolean };
  /** The action that waits for a confirmation. */
  readonly asked?: Action | undefined;
}

/** A recording that is played. */
interface Player {
  readonly recording: Recording;
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
}

interface Notice {
  readonly number: number;
  readonly failed: boolean;
  readonly text: string;
}

/** All that the page shows. */
export interface State {
  readonly watched: Watched;
  readonly view: View;
  readonly connection: Connection;
  /** When the last line came, by the browser's clock. */
  readonly heardAt: number;
  /** The browser's clock, in ms since the epoch, and how far the master's is ahead of it. */
  readonly now: number;
  readonly ahead: number;
  /** Of the window, in px. */
  readonly width: number;
  readonly masters: readonly string[];
  readonly master?: string | undefined;
  readonly readOnly: boolean;
  /** The fleet of the master. Left out: there is none. */
  readonly fleet?: KnownFleet | undefined;
  /** What became of actions; the last few. */
  readonly notices: readonly Notice[];
  readonly player?: Player | undefined;
}

export const beginAt = (now: number): State => ({
  watched: nothingWatched,
  view: { tab: 'overview', window: usualWindow, level: 'info', contains: '', sort: { by: 'slot', down: false } },
  connection: { state: 'connecting' },
  heardAt: now,
  now,
  ahead: 0,
  width: 1_000,
  masters: [],
  readOnly: true,
  notices: [],
});

export type Message =
  | { readonly type: 'lines'; readonly lines: readonly Line[]; readonly now: number }
  | { readonly type: 'history'; readonly master: string; readonly series: SeriesData }
  | { readonly type: 'heard'; readonly now: number }
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'lost'; readonly why: string; readonly now: number }
  | { readonly type: 'refused' }
  | { readonly type: 'width'; readonly width: number }
  | {
      readonly type: 'masters';
      readonly masters: readonly string[];
      readonly readOnly: boolean;
      /** The name of the fleet, if there is one. */
      readonly fleet?: string | undefined;
    }
  | { readonly type: 'fleet'; readonly report: FleetReport; readonly now: number }
  | { readonly type: 'fleet-lost'; readonly why: string }
  | { readonly type: 'master'; readonly master: string }
  | { readonly type: 'show'; readonly view: Partial<View> }
  | { readonly type: 'notice'; readonly failed: boolean; readonly text: string }
  | { readonly type: 'play'; readonly recording: Recording }
  | { readonly type: 'seek'; readonly player: Partial<Omit<Player, 'recording'>> };

const maxNotices = 4;

/** The state after a message. Pure. */
export const update = (state: State, message: Message): State => {
  switch (message.type) {
    case 'lines':
      return withLines(state, message.lines, message.now);
    case 'history': {
      const { watched } = state;
      const known = { ...state, watched: { ...watched, series: withHistory(watched.series, message.series) } };
      return message.master === state.master ? known : state;
    }
    case 'heard':
      return { ...state, heardAt: message.now };
    case 'tick':
      return state.player === undefined ? { ...state, now: message.now } : ticked(state, state.player, message.now);
    case 'lost':
      return lost(state, message.why, message.now);
    case 'width':
      return { ...state, width: message.width };
    case 'refused':
      return { ...state, connection: { state: 'refused' } };
    case 'masters':
      return withMasters(state, message);
    case 'fleet': {
      const { report, now } = message;
      return { ...state, fleet: { name: report.name, report, heardAt: now } };
    }
    case 'fleet-lost':
      return state.fleet === undefined ? state : { ...state, fleet: { ...state.fleet, lost: message.why } };
    case 'master':
      return message.master === state.master
        ? state
        : { ...state, master: message.master, watched: nothingWatched, connection: { state: 'connecting' } };
    case 'show':
      return { ...state, view: { ...state.view, ...message.view } };
    case 'notice': {
      const number = (state.notices.at(-1)?.number ?? 0) + 1;
      return {
        ...state,
        notices: [...state.notices, { number, failed: message.failed, text: message.text }].slice(-maxNotices),
      };
    }
    case 'play': {
      const { recording } = message;
      const player = { recording, at: recording.to, playing: false, speed: 1 };
      return { ...state, player, readOnly: true, watched: watchedAt(recording, player.at) };
    }
    default:
      return state.player === undefined ? state : sought(state, { ...state.player, ...message.player });
  }
};

const withMasters = (state: State, { masters, readOnly, fleet }: Extract<Message, { type: 'masters' }>): State => {
  const kept = state.master !== undefined && masters.includes(state.master) ? state.master : masters[0];
  const known = { ...state, masters, readOnly, master: kept ?? state.master };
  const isNew = fleet !== undefined && state.fleet?.name !== fleet;
  const shown = { ...known, fleet: isNew ? { name: fleet } : fleet === undefined ? undefined : state.fleet };
  if (fleet === undefined || shown.master !== undefined) return shown;
  // A machine without a master, from which somebody looks at the fleet.
  return {
    ...shown,
    connection: { state: 'connecting' },
    view: isNew ? { ...state.view, tab: 'hosts' } : state.view,
  };
};

const withLines = (state: State, lines: readonly Line[], now: number): State => {
  const status = lines.find((line) => line.kind === 'status');
  return {
    ...state,
    watched: watch(state.watched, lines),
    connection: { state: 'live' },
    heardAt: now,
    ahead: status === undefined ? state.ahead : status.value.status.time - now,
  };
};

const lost = (state: State, why: string, now: number): State =>
  state.connection.state === 'lost'
    ? { ...state, connection: { ...state.connection, why } }
    : { ...state, connection: { state: 'lost', since: Math.min(state.heardAt, now), why } };

const ticked = (state: State, player: Player, now: number): State => {
  const elapsed = now - state.now;
  if (!player.playing) return { ...state, now };
  const at = Math.min(player.recording.to, player.at + elapsed * player.speed);
  return sought({ ...state, now }, { ...player, at, playing: at < player.recording.to });
};

const sought = (state: State, player: Player): State => ({
  ...state,
  player,
  watched: player.at === state.player?.at ? state.watched : watchedAt(player.recording, player.at),
});

/** Without a line for so long the master is silent: a sample of each worker comes each second. */
const silentAfterMs = 5_000;

/** Since when there is no data, by the browser's clock. `undefined`: there is. */
export const silentSince = ({ connection, heardAt, now, player }: State): number | undefined => {
  if (player !== undefined || connection.state === 'connecting') return undefined;
  if (connection.state === 'lost') return connection.since;
  return connection.state === 'live' && now - heardAt > silentAfterMs ? heardAt : undefined;
};

/** The present by the clock of the master. While there is no data, that of the last line. */
export const presentOf = (state: State): number => {
  if (state.player !== undefined) return state.player.at;
  return (silentSince(state) ?? state.now) + state.ahead;
};

/** The cluster that is shown. */
export const clusterOf = ({ watched, view }: State) =>
  watched.clusters.find(({ cluster }) => cluster === view.cluster) ?? watched.clusters[0];
