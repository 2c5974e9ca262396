// Sends requests in waves, each on a connection of its own, and writes one line of JSON a second: node waves.js [port] [seconds]
import { get } from 'node:http';

const [port = 8080, seconds = 240] = process.argv.slice(2).map(Number);
const mostWaiting = 400;
const tick = 20;

/** Requests a second: two slow waves, then a sudden jump to more than there are workers for. `part`: of the whole time, from 0 to 1. */
const rateAt = (part) => {
  if (part >= 0.92) return 20;
  if (part >= 0.76) return 550;
  return part >= 0.7 ? 20 : 160 - 140 * Math.cos((part / 0.7) * 4 * Math.PI);
};

let waiting = 0;
let failed = 0;
let latencies = [];
const settled = (begun) => {
  waiting -= 1;
  latencies.push(performance.now() - begun);
};
const send = () => {
  waiting += 1;
  const begun = performance.now();
  get({ port, host: '127.0.0.1', agent: false }, (response) => response.resume().on('end', () => settled(begun))).on(
    'error',
    () => {
      failed += 1;
      settled(begun);
    },
  );
};

const begun = performance.now();
let due = 0;
let reported = 0;
const timer = setInterval(() => {
  const passed = (performance.now() - begun) / 1_000;
  const rate = rateAt(passed / seconds);
  for (due += (rate * tick) / 1_000; due >= 1; due -= 1) if (waiting < mostWaiting) send();
  if (passed >= reported + 1) {
    const sorted = latencies.toSorted((one, other) => one - other);
    const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
    console.log(JSON.stringify({ second: Math.round(passed), rate, answered: sorted.length, failed, waiting, p95 }));
    reported = Math.floor(passed);
    latencies = [];
  }
  if (passed >= seconds) clearInterval(timer);
}, tick);
