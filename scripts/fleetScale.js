// Writes the tables of docs/fleet-scale.md: npm run docs:fleet-scale
import { readFileSync, writeFileSync } from 'node:fs';

const { scaleOf } = await import(new URL('../.simulation/test/fleet/simulation/scale.js', import.meta.url));
const path = new URL('../docs/fleet-scale.md', import.meta.url);
const [begin, end] = ['<!-- Written by npm run docs:fleet-scale -->\n\n', '\n\n<!-- The end of what is written -->'];

const size = (bytes) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const time = (seconds) => `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (columns, rows) => [row(columns), row(columns.map(() => '--:')), ...rows.map(row)].join('\n');

const counts = [10, 50, 100, 300, 1_000];
const idle = table(
  ['hosts', 'writes/s', 'deliveries/s', 'all member records'],
  counts
    .map((hosts) => scaleOf(hosts, hosts))
    .map((one) => [one.hosts, one.idleWrites.toFixed(1), one.idleDeliveries.toFixed(0), size(one.membersBytes)]),
);
const batchesOf = (hosts) => [...new Set([1, Math.ceil(hosts / 20), Math.ceil(hosts / 5)])];
const rolls = table(
  ['hosts', 'batch', 'duration', 'writes', 'record at the end', 'sent by NATS'],
  counts
    .flatMap((hosts) => batchesOf(hosts).map((batch) => scaleOf(hosts, batch)))
    .map((one) => [
      one.hosts,
      one.batch,
      time(one.seconds),
      one.rollWrites,
      size(one.recordBytes),
      `${size(one.rollBytesPerSecond)}/s`,
    ]),
);
const text = readFileSync(path, 'utf8');
const old = text.split(begin)[1]?.split(end)[0];
writeFileSync(
  path,
  text.replace(`${begin}${old}${end}`, () => `${begin}${idle}\n\n${rolls}${end}`),
);
