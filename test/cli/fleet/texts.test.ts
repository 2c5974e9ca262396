import { expect, test } from 'vitest';
import { hostsText, onlyService, summaryText } from '../../../src/cli/fleet/hostsText.js';
import { missingService } from '../../../src/cli/fleet/missingService.js';
import { planText, progressLines, rollLine, rollText } from '../../../src/cli/fleet/rollText.js';
import { plain } from '../../../src/cli/style.js';
import { member, roll, service } from './records.js';

const io = { width: 200, paint: plain };
const rowsOf = (text: string) => text.split('\n').map((row) => row.trim().split(/ {2,}/));

const { p99: _, ...withoutRequests } = service({ available: 1, crashes: 3, phase: 'restarting' });

test('each service of each host has a row, the hosts in order', () => {
  const hosts = [
    member('web10'),
    member('web2', {
      services: { shop: withoutRequests, api: service() },
    }),
    member('web3', { services: {} }),
  ];
  expect(rowsOf(hostsText({ hosts, rolls: [], unreadable: [] }, io, 90_000))).toEqual([
    ['host', 'service', 'state', 'available', 'release', 'crashes', 'p99', 'generations', 'pid', 'joined'],
    ['web2', 'api', 'running', '2/2', '1.4.1', '0', '12 ms', '3', '4711', '1m'],
    ['web2', 'shop', 'restarting', '1/2', '1.4.1', '3', '3', '4711', '1m'],
    ['web3', 'no service', '4711', '1m'],
    ['web10', 'shop', 'running', '2/2', '1.4.1', '0', '12 ms', '3', '4711', '1m'],
    [''],
  ]);
});

test('a narrow terminal shows host, service and what is available', () => {
  const lines = hostsText({ hosts: [member('web1')], rolls: [], unreadable: [] }, { ...io, width: 30 }, 0).split('\n');
  expect(lines).toEqual(['host    service  available', 'web1    shop           2/2', '']);
});

test('versions and releases that differ, and restarts that are under way, are below the table', () => {
  const hosts = [
    member('a'),
    member('b', { version: '2.1.0', services: { shop: service({ release: '1.4.2' }) } }),
    ...['c', 'd', 'e', 'f', 'g', 'h'].map((host) => member(host)),
  ];
  const rolls = [
    roll([
      { host: 'a', state: 'done', attempt: 1 },
      { host: 'b', state: 'waiting', attempt: 0 },
    ]),
    roll([], { phase: 'done' }),
  ];
  const remarks = hostsText(
    { hosts, rolls, unreadable: [{ service: 'api', problem: 'The record of api cannot be read.' }] },
    io,
    0,
  )
    .split('\n')
    .slice(10);
  expect(remarks).toEqual([
    'shop: restart of 2 hosts running, 1 done',
    '! The record of api cannot be read.',
    '! hosts run different versions of proteus-cluster: 2.0.0 on a, c, d, e and 3 more; 2.1.0 on b',
    '! shop: hosts run different releases: 1.4.1 on a, c, d, e and 3 more; 1.4.2 on b',
    '',
  ]);
});

test('one service is shown with the hosts that have it', () => {
  const report = {
    hosts: [
      member('a', { services: { shop: service(), api: service() } }),
      member('b', { services: { api: service() } }),
    ],
    rolls: [roll([])],
    unreadable: [{ service: 'api', problem: 'not read' }],
  };
  expect(onlyService(report, 'shop').hosts.map(({ host, services }) => [host, Object.keys(services)])).toEqual([
    ['a', ['shop']],
  ]);
  expect(onlyService(report, 'api').rolls).toEqual([]);
  expect([onlyService(report, 'api').unreadable.length, onlyService(report, 'shop').unreadable]).toEqual([1, []]);
  expect(onlyService(report, 'toString').hosts).toEqual([]);
  expect(summaryText(report)).toBe('2 hosts, 2 services, 6 of 6 workers available');
});

test('names of other hosts cannot act on the terminal', () => {
  const evil = '\u001B[31mweb';
  const hosts = [member(evil, { version: '\u0007' }), member('b')];
  const text = hostsText(
    {
      hosts,
      rolls: [roll([], { service: evil, why: evil, phase: 'halted' })],
      unreadable: [{ service: evil, problem: evil }],
    },
    io,
    0,
  );
  const restart = rollText(
    roll([{ host: evil, state: 'failed', attempt: 1, why: evil }], { by: evil, service: evil }),
    io,
  );
  // oxlint-disable-next-line no-control-regex
  expect(
    `${text}${restart}${progressLines(undefined, roll([{ host: evil, state: 'failed', attempt: 1, why: evil }]), plain).join('')}`,
  ).not.toMatch(/\p{Cc}(?<!\n)/u);
});

const halted = roll(
  [
    { host: 'a', state: 'done', attempt: 1, from: '1.4.1', to: '1.4.2' },
    { host: 'b', state: 'failed', attempt: 2, from: '1.4.1', to: '1.4.1', why: 'worker 5 exited with code 1' },
    { host: 'c', state: 'failed', attempt: 1, unknown: true, from: '1.4.1', why: 'it is not in the fleet' },
    { host: 'd', state: 'waiting', attempt: 0 },
  ],
  { phase: 'halted', why: 'b failed' },
);

test('a restart that has halted says what happened on each host, which code it runs, and what can be done', () => {
  const lines = rollText(halted, io, [member('c'), member('d')]).split('\n');
  expect(lines[0]).toBe('shop: restart of 4 hosts halted, 1 done, 2 failed: b failed');
  expect(lines[1]).toBe(
    'canary 1, soak 1 min, then 2 at a time; a host has 3 min, the first failure halts it, asked for by ada@laptop',
  );
  expect(rowsOf(lines.slice(3, 8).join('\n'))).toEqual([
    ['host', 'state', 'release', 'attempts', 'why'],
    ['a', 'done', '1.4.1 → 1.4.2'],
    ['b', 'failed', '1.4.1', '2', 'worker 5 exited with code 1'],
    ['c', 'unknown', '1.4.1 or newer', 'it is not in the fleet'],
    ['d', 'waiting', '1.4.1'],
  ]);
  expect(lines.slice(8)).toEqual([
    '',
    'Go on with those that are left: proteus fleet resume shop',
    'Leave it as it is: proteus fleet abort shop',
    'A host that is unknown may still be in its restart, and counts as in transition until it reports.',
    '',
  ]);
});

test('the progress has a line for each change of a host', () => {
  const begun = roll([
    { host: 'a', state: 'asked', attempt: 1 },
    { host: 'b', state: 'waiting', attempt: 0 },
  ]);
  const going = roll([
    { host: 'a', state: 'restarting', attempt: 1 },
    { host: 'b', state: 'waiting', attempt: 0 },
  ]);
  expect(progressLines(undefined, begun, plain)).toEqual(['  a  is asked to restart']);
  expect(progressLines(begun, going, plain)).toEqual(['  a  restarts']);
  expect(progressLines(going, halted, plain)).toEqual([
    '  a  done, runs 1.4.1 → 1.4.2  [1/4]',
    '  b  failed: worker 5 exited with code 1',
    '  c  unknown: it is not in the fleet',
  ]);
  expect(progressLines(halted, halted, plain)).toEqual([]);
  expect(rollLine(roll([{ host: 'a', state: 'done', attempt: 1 }], { phase: 'done' }), plain)).toBe(
    'shop: restart of 1 host done, 1 done',
  );
});

test('a plan says how many hosts may fail', () => {
  const halts = [0, 1, 2].map((maxFailures) => planText(roll([], { plan: { ...roll([]).plan, maxFailures } })));
  expect(halts.map((text) => text.replace(/^.*min, /, ''))).toEqual([
    'the first failure halts it',
    'more than 1 failure halts it',
    'more than 2 failures halt it',
  ]);
});

test('a service that no host runs is named, with those that run', () => {
  const hosts = [member('web1', { services: { shop: service(), api: service() } }), member('web2')];
  expect(missingService({ hosts }, 'shop')).toBeUndefined();
  expect(missingService({ hosts }, undefined)).toBeUndefined();
  expect(missingService({ hosts }, 'shpo')).toBe('No host runs shpo. Did you mean shop? The fleet runs api, shop.');
  expect(missingService({ hosts }, 'database')).toBe('No host runs database. The fleet runs api, shop.');
  expect(missingService({ hosts: [] }, 'shop')).toBe('No host runs shop. The fleet has no services.');
});
