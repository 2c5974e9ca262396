import axe from 'axe-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Browser, openBrowser, type Tab } from '../../scripts/browser.js';
import { shown, token } from '../web/harness.js';
import { accessibilityProblems } from './accessibility.js';
import { fleetOfHosts } from './fleetOfHosts.js';
import { click, seen } from './shop.js';

// A browser: on a busy machine it takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** The hosts on a page of this process. */
const openHosts = async (): Promise<Tab> => {
  const { told } = await shown();
  const tab = await browser.tab();
  await tab.size(1_280, 900);
  await tab.open(`${told.url}/#token=${token}`);
  await click(tab, 'nav a', 'Hosts');
  await tab.until("document.querySelector('.hosts tbody')");
  return tab;
};

/** The text of these elements, each on a line. */
const textsOf = (tab: Tab, selector: string): Promise<readonly string[]> =>
  tab.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.innerText.replaceAll(/\\s+/g, ' ').trim())`,
  );

const stepsOf = async (tab: Tab): Promise<readonly string[]> =>
  (await textsOf(tab, '.steps > li')).map((text) => text.replaceAll(/ in \d+ m?s/g, ''));

test('each host is shown with what it says of itself, and a host that leaves with since when', async () => {
  const fleet = fleetOfHosts({ name: 'web1' }, { name: 'web2' });
  const tab = await openHosts();
  await tab.until("document.querySelectorAll('.hosts tbody').length === 2");
  const rows = await textsOf(tab, '.hosts tbody');
  expect(rows.map((row) => row.replace(/\d+ s ago/, 'just now'))).toEqual([
    'web1 this host serving shop 2 of 2 1.4.1 running 3 12 ms 0 just now 1 h 2.0.0',
    'web2 serving shop 2 of 2 1.4.1 running 3 12 ms 0 just now 1 h 2.0.0',
  ]);
  fleet.leave('web2');
  await tab.until("document.querySelector('.hosts tbody.gone')?.innerText.includes('has left for')");
  expect((await textsOf(tab, '.tile'))[2]).toBe('hosts 1');
  expect(tab.problems).toEqual([]);
});

test('a restart that halts at the canary is shown with its cause, and which code runs where', async () => {
  const why = 'worker 7 was not ready: <b>DATABASE_URL</b> is not set';
  const fleet = fleetOfHosts({ name: 'web1', outcome: { state: 'failed', why } }, { name: 'web2' });
  const tab = await openHosts();
  await seen(tab, 'There was no restart of the fleet.');
  fleet.restart({ canary: 1, soak: 60_000 });
  await tab.until("document.querySelector('article .state')?.innerText === 'halted'");
  expect(await textsOf(tab, 'article > .cause')).toEqual([`the canary web1 failed: ${why}`]);
  expect(await stepsOf(tab)).toEqual([
    `canary web1 failed 1.4.1 ${why}`,
    'soak 1 min',
    'batch 1 web2 not restarted 1.4.1',
  ]);
  expect(await textsOf(tab, 'article .code')).toEqual(['Code 1.4.1 on web1, web2']);
  expect(await textsOf(tab, 'article .next code')).toEqual(['proteus fleet resume shop', 'proteus fleet abort shop']);
  expect((await textsOf(tab, '.tile'))[4]).toBe('restart halted shop');
  // Only the canary host has a part on its line.
  expect(await tab.evaluate("document.querySelectorAll('.steps line').length")).toBe(1);
  expect(await tab.evaluate("document.querySelectorAll('.steps line.bad').length")).toBe(1);
  expect(await tab.evaluate("document.querySelectorAll('main b').length")).toBe(1);
  expect(tab.problems).toEqual([]);
});

test('a restart is followed through canary, soak and batches until it is done', async () => {
  const fleet = fleetOfHosts({ name: 'web1' }, { name: 'web2' }, { name: 'web3' });
  const tab = await openHosts();
  fleet.restart({ canary: 1, soak: 3_000, batch: 2 });
  await seen(tab, 'watched for');
  expect((await stepsOf(tab))[2]).toBe('batch 1 web2 waits 1.4.1 web3 waits 1.4.1');
  await tab.until("document.querySelector('article .state')?.innerText === 'done'");
  expect(await stepsOf(tab)).toEqual([
    'canary web1 done 1.4.1 → 1.4.2',
    'soak 3 s, passed',
    'batch 1 web2 done 1.4.1 → 1.4.2 web3 done 1.4.1 → 1.4.2',
  ]);
  expect(await textsOf(tab, 'article .code')).toEqual(['Code 1.4.2 on web1, web2, web3']);
});

test('what other hosts say is text, nothing of it is executed, and a record that is none is told', async () => {
  const evil = '<img src=x onerror="window.hacked = 1">';
  const fleet = fleetOfHosts({ name: evil }, { name: `web\u202e2` });
  fleet.store.create('members', 'web3', { host: 'web3', services: '<script>window.hacked = 2</script>' }).subscribe();
  fleet.store.create('rolls', evil, { phase: evil }).subscribe();
  const tab = await openHosts();
  await tab.until("document.querySelectorAll('.hosts tbody').length === 3");
  expect(await textsOf(tab, '.hosts .name')).toEqual(expect.arrayContaining([evil, String.raw`web\u202e2`, 'web3']));
  expect(await textsOf(tab, '.hosts td .cause')).toEqual(['format: expected 1, got nothing']);
  await seen(tab, `The record of the restart of ${evil} cannot be read`);
  expect(await tab.evaluate("document.querySelectorAll('main img, main script').length")).toBe(0);
  expect(await tab.evaluate('window.hacked ?? 0')).toBe(0);
  expect(tab.problems).toEqual([]);
});

test('while the store is not reachable the page says since when, keeps what it knows, and goes on', async () => {
  const fleet = fleetOfHosts({ name: 'web1' }, { name: 'web2' });
  const tab = await openHosts();
  fleet.cut();
  const note = await tab.until<string>("document.querySelector('.note[role=status]')?.innerText");
  expect(note).toMatch(/^No data of the fleet since \d\d:\d\d:\d\d: the servers of NATS are not reachable\. Trying/);
  expect(await tab.evaluate("document.querySelectorAll('.hosts tbody').length")).toBe(2);
  // The age of the records grows.
  await tab.until("/\\b[4-9] s ago/.test(document.querySelector('.hosts').innerText)");
  fleet.heal();
  await tab.until("document.querySelector('.note[role=status]') === null");
  await tab.until("/just now|\\b1 s ago/.test(document.querySelector('.hosts').innerText)");
});

test('without a fleet there is no view of hosts', async () => {
  const { told } = await shown();
  const tab = await browser.tab();
  await tab.open(`${told.url}/#token=${token}`);
  await tab.until("document.querySelectorAll('nav a').length === 4");
  await seen(tab, 'live');
  expect(await textsOf(tab, 'nav a')).toEqual(['Overview', 'Charts', 'Restarts', 'Logs']);
  expect(tab.requests.filter((request) => request.endsWith('/fleet'))).toEqual([]);
});

test('it is accessible in light and dark, on a desktop and on a phone, and fits on it', async () => {
  const fleet = fleetOfHosts(
    { name: 'web1' },
    { name: 'a-host-with-a-long-name.example.org', outcome: { state: 'failed', why: 'not ready' } },
    { name: 'web3' },
  );
  const tab = await openHosts();
  await tab.evaluate(axe.source);
  fleet.restart({ canary: 1, soak: 0 });
  await tab.until("document.querySelector('article .state')?.innerText === 'halted'");
  fleet.leave('web3');
  await tab.until("document.querySelector('.hosts tbody.gone')");
  for (const scheme of ['light', 'dark'] as const)
    for (const width of [1_280, 390]) {
      /* oxlint-disable no-await-in-loop */
      await tab.scheme(scheme);
      await tab.size(width, 844);
      await tab.until(`innerWidth === ${width}`);
      expect([scheme, width, ...(await accessibilityProblems(tab))]).toEqual([scheme, width]);
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      /* oxlint-enable no-await-in-loop */
    }
});
