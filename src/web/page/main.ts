import { render } from 'preact';
import { isReported } from './fleet/knownFleet.js';
import { recordingOf } from './recording/recording.js';
import { carryOut } from './effects/act.js';
import { ask, RequestFailed } from './effects/api.js';
import { answers, follow } from './effects/follow.js';
import { readFleet } from './effects/readFleet.js';
import { readHistory } from './effects/readHistory.js';
import { savedRecording, saveRecording } from './effects/saveRecording.js';
import { isDark, onThemeChange, turnTheme } from './effects/theme.js';
import { keepToken, takeToken } from './effects/token.js';
import { beginAt, clusterOf, type Message, silentSince, type State, tabs, update } from './state/state.js';
import { app } from './view/app.js';
import type { Send } from './view/html.js';

// The only place with state: messages change it, it is drawn, and what it asks for is followed.

/** Lines come often; this often they are drawn. */
const drawMs = 250;
const tickMs = 1_000;
const playTickMs = 100;
const lookMs = 5_000;
const fleetMs = 1_000;
const typedMs = 300;

const place = document.getElementById('page') ?? document.body;
let state: State = beginAt(Date.now());
let token = '';

const send = (message: Message): void => {
  const { fleet, view } = state;
  state = update(state, message);
  if (fleet?.name !== state.fleet?.name || view.tab !== state.view.tab) void lookAtFleet();
  const urgent =
    message.type !== 'lines' && message.type !== 'heard' && message.type !== 'tick' && message.type !== 'fleet';
  drawSoon(urgent || !pictured || state.player?.playing === true ? 0 : drawMs);
  followWhatIsShown();
};

let pictured = false;
let drawn = 0;
let drawing: { readonly timer: ReturnType<typeof setTimeout>; readonly at: number } | undefined;

const drawSoon = (ms: number): void => {
  const at = Math.max(performance.now(), ms === 0 ? 0 : drawn + ms);
  if (drawing !== undefined && drawing.at <= at) return;
  clearTimeout(drawing?.timer);
  drawing = { at, timer: setTimeout(draw, at - performance.now()) };
};

const draw = (): void => {
  drawing = undefined;
  drawn = performance.now();
  // What nobody sees is drawn when it is seen.
  if (document.hidden) return;
  render(app(state, sending, isDark()), place);
  if (!pictured && (clusterOf(state) !== undefined || isReported(state.fleet))) {
    pictured = true;
    performance.mark('first picture');
  }
};

const sending: Send = {
  send,
  act: (action) => void act(action),
  save: () => void save(),
  turnTheme: () => {
    turnTheme();
    drawSoon(0);
  },
};

const act = async (action: Parameters<Send['act']>[0]): Promise<void> => {
  if (state.master === undefined) return;
  send({ type: 'notice', ...(await carryOut(token, state.master, action)) });
};

const save = async (): Promise<void> => {
  const recording = recordingOf(state.watched);
  if (recording !== undefined) await saveRecording(recording);
};

let followed: { readonly key: string; readonly stop: () => void } | undefined;
let typing: ReturnType<typeof setTimeout> | undefined;

const stopFollowing = (): void => {
  clearTimeout(typing);
  followed?.stop();
  followed = undefined;
};

/** One stream, of what is shown now. Logs are asked for while they are shown. */
const followWhatIsShown = (): void => {
  const { master, view, connection, player } = state;
  if (master === undefined || player !== undefined || connection.state === 'refused') return;
  const logs = view.tab === 'logs' ? { level: view.level, contains: view.contains } : undefined;
  const key = JSON.stringify([master, token, logs]);
  if (key === followed?.key) return;
  const begin = () => {
    followed?.stop();
    const stop = follow(
      { token, master, since: () => state.watched.lastId, ...(logs !== undefined && { logs }) },
      {
        lines: (lines) => {
          const begins = state.connection.state !== 'live';
          send({ type: 'lines', lines, now: Date.now() });
          if (begins) void showHistory(master);
        },
        lost: (why) => send({ type: 'lost', why, now: Date.now() }),
        refused: () => send({ type: 'refused' }),
      },
    );
    followed = { key, stop };
  };
  clearTimeout(typing);
  if (followed === undefined || logs === undefined) begin();
  else typing = setTimeout(begin, typedMs);
};

const showHistory = async (master: string): Promise<void> =>
  send({ type: 'history', master, series: await readHistory(token, master) });

interface Found extends Pick<State, 'masters' | 'readOnly'> {
  readonly fleet?: string;
}

let asking = false;

/** Asks for the hosts while they are shown. */
const lookAtFleet = async (): Promise<void> => {
  if (asking || document.hidden || state.fleet === undefined || state.view.tab !== 'hosts') return;
  asking = true;
  const heard = await readFleet(token);
  asking = false;
  send(
    'report' in heard
      ? { type: 'fleet', report: heard.report, now: Date.now() }
      : { type: 'fleet-lost', why: heard.why },
  );
};

/** Looks which masters there are, and whether one from which nothing comes answers. */
const look = async (): Promise<void> => {
  if (state.player !== undefined || state.connection.state === 'refused') return;
  try {
    const found: Found = await (await ask(token, '/masters')).json();
    send({ type: 'masters', ...found });
    if (found.masters.length === 0 && (found.fleet === undefined || state.master !== undefined))
      send({ type: 'lost', why: 'no master runs', now: Date.now() });
  } catch (error) {
    if (error instanceof RequestFailed && error.status === 401) send({ type: 'refused' });
    else send({ type: 'lost', why: 'the server of this page does not answer', now: Date.now() });
  }
  if (state.master !== undefined && silentSince(state) !== undefined && state.connection.state === 'live')
    if (await answers(token, state.master)) send({ type: 'heard', now: Date.now() });
};

const openTab = (): void => {
  const tab = tabs.find((name) => location.hash === `#${name}`);
  if (tab !== undefined) send({ type: 'show', view: { tab } });
};

const openWith = (given: string): void => {
  keepToken(given);
  token = given;
  // The same token may be the right one now.
  stopFollowing();
  state = beginAt(Date.now());
  void look();
};

const begin = (): void => {
  const recording = savedRecording();
  place.replaceChildren();
  send({ type: 'width', width: innerWidth });
  addEventListener('resize', () => send({ type: 'width', width: innerWidth }));
  document.addEventListener('visibilitychange', () => drawSoon(0));
  onThemeChange(() => drawSoon(0));
  addEventListener('submit', (event) => {
    event.preventDefault();
    const field = document.getElementById('token');
    if (field instanceof HTMLInputElement) openWith(field.value.replace(/^.*#token=/, '').trim());
  });
  if (recording === undefined) {
    token = takeToken();
    void look();
    setInterval(() => void look(), lookMs);
    setInterval(() => void lookAtFleet(), fleetMs);
    setInterval(() => send({ type: 'tick', now: Date.now() }), tickMs);
  } else {
    send({ type: 'play', recording });
    setInterval(() => send({ type: 'tick', now: Date.now() }), playTickMs);
  }
  addEventListener('hashchange', openTab);
  openTab();
};

begin();
