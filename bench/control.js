import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { start, worker } from './masters.js';
import { atMost, interleave, ownAtMost, row } from './pairs.js';
import { cpuOf } from './usage.js';

const perSecond = 1_000;
/** How long one run is observed, and how long it settles before, in ms. */
const observed = 3_000;
const settled = 1_000;
const slowClients = 100;
/** So many events before the first figure, and so many more until the second. The record of the server is full after the first of them, and what the clients may have waiting, too. */
const events = 100_000;
const times = 3;

/** A master with one worker, and its control socket. */
const controlled = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-'));
  process.env.PROTEUS_RUNTIME_DIR = folder;
  const master = await start('proteus', { exec: worker('http'), workers: 1, config: { log: false } });
  const socket = join(folder, `${master.pid}.sock`);
  while (!existsSync(socket)) await setTimeout(10);
  const end = async () => {
    await master.end();
    rmSync(folder, { recursive: true });
  };
  return { ...master, socket, end };
};

/** Follows all events, and counts them. */
const follow = (socketPath) => {
  let events = 0;
  const asked = request({ socketPath, path: '/v1/events?follow&last=0' }, (response) =>
    response.on('data', (bytes) => {
      for (const byte of bytes) if (byte === 0x0a) events += 1;
    }),
  );
  asked.on('error', () => {}).end();
  return { count: () => events, stop: () => asked.destroy() };
};

/** The share of a core that a master uses while it has so many events a second, in percent. */
const shares = async (pairs) => {
  const master = await controlled();
  const share = (followed) => async () => {
    const client = followed ? follow(master.socket) : undefined;
    await master.ask('reopen', { perSecond });
    await setTimeout(settled);
    const [before, counted, begun] = [cpuOf(master.pid), client?.count(), performance.now()];
    await setTimeout(observed);
    const ms = performance.now() - begun;
    const percent = ((cpuOf(master.pid) - before) / ms) * 100;
    await master.ask('reopen', { perSecond: 0 });
    const rate = client === undefined ? 0 : ((client.count() - counted) / ms) * 1_000;
    client?.stop();
    return { percent, rate };
  };
  const samples = await interleave('control', pairs, {
    minimal: share(false),
    proteus: share(true),
    again: share(false),
  });
  await master.end();
  return samples;
};

/** Heap and external memory, in MB. */
const kept = ({ mb, external }) => mb + external;

/** How much the memory of a master, without garbage, grows over many events, in MB. */
const growth = (clients) => async () => {
  const master = await controlled();
  const sockets = Array.from({ length: clients }, () => {
    const socket = connect(master.socket).on('error', () => {});
    socket.pause();
    socket.write('GET /v1/events?follow HTTP/1.1\r\nHost: x\r\n\r\n');
    return socket;
  });
  // Of what is left after a collection of garbage: RSS rises and falls by 30 MB between two of them.
  const measured = async (rounds) => {
    for (let round = 0; round < rounds; round += 1) {
      // oxlint-disable-next-line no-await-in-loop
      await master.ask('reopen', { count: events });
      // oxlint-disable-next-line no-await-in-loop
      await setTimeout(settled);
    }
    return master.ask('heap');
  };
  const before = await measured(1);
  const after = await measured(times);
  for (const socket of sockets) socket.destroy();
  await master.end();
  return { grown: kept(after) - kept(before), kept: kept(after), whole: after.rss };
};

/** What clients of the control socket cost a master, on Linux. */
export const measure = async (pairs) => {
  const followed = await shares(pairs);
  const slow = await interleave('slow clients', Math.ceil(pairs / 4), {
    minimal: growth(0),
    proteus: growth(slowClients),
    again: growth(0),
  });
  const rate = followed.map(({ proteus }) => proteus.rate).toSorted((a, b) => a - b)[followed.length >> 1];
  const percent = { digits: 2, unit: ' %', added: true };
  const mb = { digits: 1, unit: ' MB', added: true };
  return [
    row(
      `a client that follows ${Math.round(rate)} events a second: CPU of the master`,
      followed,
      (each) => each.percent,
      {
        ...percent,
        goal: atMost(2, ' %'),
      },
    ),
    row(
      `${slowClients} clients that do not read: growth of heap and external memory after a collection, over ${times * events} events`,
      slow,
      ({ grown }) => grown,
      {
        ...mb,
        goal: ownAtMost(1, ' MB'),
      },
    ),
    row('the same: heap and external memory', slow, ({ kept }) => kept, mb),
    row('the same: RSS of the master', slow, ({ whole }) => whole, mb),
  ];
};
