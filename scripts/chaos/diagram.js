import { faults } from './plan.js';

/** How many columns a line of the diagram has. */
const columns = 100;

/** What a column shows of a slot is the first of these that happened in it. */
const order = 'xbkqAYpt|PfOTUjra';

const signOf = (letters, event) => {
  if (event.type === 'exit' && event.requested && event.signal === null) return '|';
  if (event.type === 'kill' && event.signal === 'SIGTERM') return 'q';
  return letters[event.type];
};

const rank = (sign) => {
  const at = order.indexOf(sign);
  return at === -1 ? Infinity : at;
};

const better = (one, other) => (rank(other) < rank(one) ? other : one);

const slotOf = ({ worker, slot }) => slot ?? worker?.slot;

/**
 * A run as a diagram: a row of the faults, a row for each slot, and one of the requests that failed. `letters` has the letter of each type of event.
 */
export const draw = ({ begun, ms, happened, events, requests }, letters) => {
  const width = Math.max(1_000, Math.ceil(ms / (columns * 10) / 1_000) * 1_000);
  const length = Math.ceil(ms / width);
  const columnOf = (at) => Math.min(length - 1, Math.max(0, Math.floor(at / width)));
  const empty = () => Array.from({ length }, () => '-');
  const rows = new Map([['faults', empty()]]);
  for (const { at, fault } of happened) rows.get('faults')[columnOf(at)] = faults[fault].letter;
  const slots = Math.max(...events.map(({ event }) => slotOf(event) ?? 0));
  for (let slot = 1; slot <= slots; slot += 1) rows.set(`slot ${slot}`, empty());
  for (const { at, event } of events) {
    const row = rows.get(`slot ${slotOf(event)}`);
    const sign = signOf(letters, event);
    if (row === undefined || rank(sign) === Infinity) continue;
    const column = columnOf(at - begun);
    row[column] = better(row[column], sign);
  }
  rows.set('failed', empty());
  for (const { end } of requests.failed) {
    const row = rows.get('failed');
    const column = columnOf(end - begun);
    row[column] =
      row[column] === '-' ? '1' : row[column] === '9' || row[column] === '+' ? '+' : String(Number(row[column]) + 1);
  }
  const lines = [`A column is ${width / 1_000} s. Faults: ${legend(faults)}`];
  for (let from = 0; from < length; from += columns) {
    lines.push('', `from ${Math.round((from * width) / 1_000)} s`);
    for (const [name, row] of rows) lines.push(`${name.padEnd(8)}${row.slice(from, from + columns).join('')}`);
  }
  return lines.join('\n');
};

const legend = (all) =>
  Object.entries(all)
    .map(([name, { letter }]) => `${letter} ${name}`)
    .join(', ');
