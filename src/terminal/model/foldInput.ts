import type { Dropped, EventLine, Gap, MasterReport } from '../../client.js';
import type { EventLevel, LogRecord } from '../../index.js';
import { foldStatus } from '../../status.js';
import { withoutSamples, withSample } from './history.js';
import type { Input } from './input.js';
import { foldLives, withKnownWorkers } from './lives.js';
import type { Decision, LogView, MasterView, View } from './view.js';

const maxDecisions = 500;
const maxRecords = 500;
/** A master that has ended is shown for so long. In ms. */
const rememberedMs = 300_000;

/** The view after one more input. A reducer: the view before is not changed, and what has not changed is shared. */
export const foldInput = (view: View, input: Input): View => {
  switch (input.type) {
    case 'tick':
      return ticked(view, input.now);
    case 'log':
      return { ...view, logs: withRecord(view.logs, input.record, view.now) };
    case 'no-logs':
      return { ...view, logs: { records: [], dropped: { time: 0, count: 0 } } };
    case 'note': {
      const { text, level } = input;
      return { ...view, look: { ...view.look, note: { text, level, time: view.now } } };
    }
    case 'player':
      return { ...view, player: input.player };
    case 'found':
      return found(view, input);
    case 'report':
      return atMaster(view, input.at, (master) => reported(master, input.report, view.now));
    case 'silent':
    case 'ended':
      return atMaster(view, input.at, (master) => connected(master, input.type, view.now));
    case 'event':
      return atMaster(view, input.at, (master) => withEvent(master, input.line));
    default:
      return atMaster(view, input.at, (master) => withSample(master, input.sample));
  }
};

const atMaster = (view: View, at: string, change: (master: MasterView) => MasterView): View => {
  const index = view.masters.findIndex((master) => master.at === at);
  const before = view.masters[index];
  if (before === undefined) return view;
  const after = change(before);
  return after === before ? view : { ...view, masters: view.masters.with(index, after) };
};

const found = (view: View, { at, pid }: Input & { readonly type: 'found' }): View => {
  const master = newMaster(at, pid, view.now);
  // Another master at the same place begins anew.
  return { ...view, masters: [...view.masters.filter((other) => other.at !== at), master] };
};

const newMaster = (at: string, pid: number | undefined, now: number): MasterView => ({
  at,
  ...(pid !== undefined && { pid }),
  connection: 'connecting',
  since: now,
  ahead: 0,
  reportedAt: 0,
  status: [],
  samples: new Map(),
  history: new Map(),
  lives: [],
  decisions: [],
});

const ticked = (view: View, now: number): View => {
  const masters = view.masters.filter(({ connection, since }) => connection !== 'ended' || now - since < rememberedMs);
  return { ...view, now, masters: masters.length === view.masters.length ? view.masters : masters };
};

const reported = (before: MasterView, { clusters, time, pid }: MasterReport, now: number): MasterView => {
  // At a URL another master may answer after a while.
  const master = before.pid === undefined || before.pid === pid ? before : newMaster(before.at, pid, now);
  return {
    ...connected(master, 'connected', now),
    pid,
    ahead: time - now,
    reportedAt: time,
    status: clusters,
    lives: withKnownWorkers(master.lives, clusters),
  };
};

const connected = (master: MasterView, connection: MasterView['connection'], now: number): MasterView => {
  if (master.connection === connection) return master;
  const changed = { ...master, connection, since: now };
  const text = sentences[connection];
  if (text === undefined || (connection === 'connected' && master.connection === 'connecting')) return changed;
  const names = master.status.map(({ cluster }) => cluster).join(', ');
  const pid = master.pid === undefined ? '' : ` (pid ${master.pid})`;
  return withDecision(changed, {
    time: now + master.ahead,
    level: connection === 'connected' ? 'info' : 'error',
    cluster: names,
    text: `the master${pid} ${text}`,
  });
};

const sentences: Readonly<Partial<Record<MasterView['connection'], string>>> = {
  silent: 'does not answer: its event loop is blocked, or its process is stopped',
  ended: 'has ended',
  connected: 'answers again',
};

const withEvent = (master: MasterView, line: EventLine | Gap): MasterView => {
  if ('gap' in line) {
    const { from, to } = line.gap;
    // A master that has run for long does not keep its first events.
    if (master.lives.length === 0 && master.decisions.length === 0) return master;
    const text = `${to - from + 1} events are not shown: they came faster than they were read`;
    return withDecision(master, { time: master.reportedAt, level: 'warn', cluster: '', text });
  }
  const { event, level, text } = line;
  const isNew = event.time > master.reportedAt;
  const folded: MasterView = {
    ...master,
    status: isNew ? foldStatus(master.status, event) : master.status,
    lives: foldLives(master.lives, event, { text, level }),
  };
  const left = event.type === 'exit' ? withoutSamples(folded, event.worker.id) : folded;
  if (!isShown.has(level)) return left;
  const slot =
    'worker' in event && event.worker !== undefined ? event.worker.slot : 'slot' in event ? event.slot : undefined;
  return withDecision(left, {
    time: event.time,
    level,
    cluster: event.cluster,
    text,
    ...(slot !== undefined && { slot }),
  });
};

const isShown: ReadonlySet<EventLevel> = new Set(['info', 'warn', 'error']);

const withDecision = (master: MasterView, decision: Decision): MasterView => ({
  ...master,
  decisions: [...master.decisions, decision].slice(-maxDecisions),
});

const withRecord = (logs: LogView, record: LogRecord | Dropped, now: number): LogView => {
  if (!('dropped' in record)) return { ...logs, records: [...logs.records, record].slice(-maxRecords) };
  return { ...logs, dropped: { time: now, count: record.dropped } };
};
