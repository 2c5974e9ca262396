import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import * as cli from './cli.js';
import * as control from './control.js';
import * as drawing from './drawing.js';
import * as heartbeat from './heartbeat.js';
import * as http from './http.js';
import * as importing from './importing.js';
import * as logs from './logs.js';
import * as marbles from './marbles.js';
import * as memory from './memory.js';
import * as metrics from './metrics.js';
import * as messages from './messages.js';
import * as preload from './preload.js';
import * as record from './record.js';
import * as requests from './requests.js';
import * as scheduling from './scheduling.js';
import * as respawn from './respawn.js';
import * as simulatedHours from './simulatedHours.js';
import * as simulation from './simulation.js';
import * as slots from './slots.js';
import * as standby from './standby.js';
import * as start from './start.js';
import * as stats from './stats.js';
import * as top from './top.js';
import * as traffic from './traffic.js';
import * as web from './web.js';
import * as workerImport from './workerImport.js';

const measures = {
  start,
  respawn,
  standby,
  messages,
  http,
  scheduling,
  requests,
  stats,
  top,
  heartbeat,
  metrics,
  control,
  web,
  record,
  drawing,
  cli,
  memory,
  importing,
  preload,
  'worker-import': workerImport,
  slots,
  simulation,
  'simulated-hours': simulatedHours,
  marbles,
  logs,
  soak: logs.soak,
  traffic,
};

const { values, positionals } = parseArgs({
  options: { pairs: { type: 'string', default: '30' } },
  allowPositionals: true,
});
const pairs = Number(values.pairs);
const names = positionals.length === 0 ? Object.keys(measures) : positionals;
const unknown = names.find((name) => !(name in measures));
if (unknown !== undefined || !(pairs >= 1)) {
  throw new Error(`bench: expected measures among ${Object.keys(measures).join(', ')} and --pairs 1 or more`);
}

const load = () => loadavg()[0].toFixed(1);

const columns = {
  measure: 'measure',
  minimal: 'baseline',
  proteus: 'proteus-cluster',
  compared: 'against it [95 %]',
  noise: 'baseline against itself',
  goal: 'goal',
  met: 'met',
  pairs: 'pairs',
};
const line = (cells) =>
  `| ${Object.keys(columns)
    .map((name) => cells[name])
    .join(' | ')} |`;

const before = load();
const rows = [];
// One after the other: each wants the machine for itself.
// oxlint-disable-next-line no-await-in-loop
for (const name of names) rows.push(...(await measures[name].measure(pairs)));

console.log(line(columns));
console.log(line(Object.fromEntries(Object.keys(columns).map((name) => [name, '---']))));
for (const row of rows) console.log(line(row));
console.log(
  `\nNode ${process.versions.node}, ${type()} ${release()}, ${availableParallelism()} cores of ${cpus()[0].model.trim()}, ` +
    `${Math.round(totalmem() / 2 ** 30)} GB; load ${before} before, ${load()} after.`,
);
