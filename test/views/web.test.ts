import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Browser, openBrowser, type Tab } from '../../scripts/browser.js';
import type { MasterReport } from '../../src/client.js';
import type { SeriesData } from '../../src/web/samples/series.js';
import { placeWith } from '../cli/proteus.js';
import { accessibilityProblems } from './accessibility.js';
import { click, openPage, openShop, seen, type Shop, slotsOf, token } from './shop.js';

// Several processes and a browser: on a busy machine they take their time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const problemsOf = ({ problems, requests }: Tab, { url }: Pick<Shop, 'url'>) => ({
  problems,
  elsewhere: requests.filter((request) => !request.startsWith(url) && !request.startsWith('data:')),
});
const none = { problems: [], elsewhere: [] };

const statusOf = async ({ url, master }: Shop) => {
  const response = await fetch(`${url}/masters/${master.pid}/v1/status`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const status: Pick<MasterReport, 'clusters'> = JSON.parse(await response.text());
  const [cluster] = status.clusters;
  if (cluster === undefined) throw new Error('there is no cluster');
  return cluster;
};

test('what the page shows of a crash and a restart agrees with the events, and nothing is loaded from elsewhere', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  const { slots } = await statusOf(shop);
  const pids = (await slotsOf(tab)).map(([slot, , worker = '']) => [slot, /pid (\d+)/.exec(worker)?.[1]]);
  expect(pids).toEqual(slots.map(({ slot, workers: [worker] }) => [String(slot), String(worker?.pid)]));
  // The token is not left in the address, and nowhere else in the page.
  expect(await tab.evaluate('location.href + document.body.innerHTML')).not.toContain(token);

  await shop.get('/crash').catch(() => {});
  const exit = await shop.master.event('exit');
  const slot = exit.worker?.slot ?? 0;
  await click(tab, '.track button', `slot ${slot}`);
  await seen(tab, 'a bug of /crash');
  expect(await tab.evaluate("document.querySelector('#slot .list .error').innerText")).toContain(
    `worker ${exit.worker?.id}, pid ${exit.worker?.pid}`,
  );
  await tab.until("[...document.querySelectorAll('.tile')].some((tile) => /crashes\\s*1/.test(tile.innerText))");
  await shop.master.events('available', 4);

  await click(tab, '[aria-label="Actions for shop"] button', 'Restart');
  await seen(tab, 'Each of the 3 workers is replaced');
  await click(tab, 'dialog button', 'Restart shop');
  const { result } = await shop.master.event('restart-end');
  await seen(tab, 'Restart shop: done');
  await click(tab, 'nav a', 'Restarts');
  await tab.until("document.querySelector('article .state')?.innerText === 'done'");
  const rows = await tab.evaluate<readonly string[]>(
    "[...document.querySelectorAll('.rollslots li')].map((row) => row.innerText.replaceAll(/\\s+/g, ' '))",
  );
  expect(rows.map((row) => /^slot (\d+) replaced in/.exec(row)?.[1])).toEqual(
    result?.replaced.toSorted((one, other) => one - other).map(String),
  );
  expect(problemsOf(tab, shop)).toEqual(none);
});

test('a restart with a bad release is shown as the events tell it: which slot failed, which ones stay, and why it was aborted', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  const before = (await slotsOf(tab)).map(([slot, , worker = '']) => [slot, /pid (\d+)/.exec(worker)?.[1]]);
  writeFileSync(join(shop.folder, 'worker.mjs'), "throw new Error('the release is bad');");
  await click(tab, '[aria-label="Actions for shop"] button', 'Restart');
  await click(tab, 'dialog button', 'Restart shop');
  const { result, roll } = await shop.master.event('restart-abort');
  const aborted = await shop.master.event('replace-abort');
  expect(result?.cause?.why).toContain('the release is bad');
  await seen(tab, 'Restart shop: aborted');

  await click(tab, 'nav a', 'Restarts');
  await tab.until("document.querySelector('article .state')?.innerText === 'aborted'");
  expect(await tab.evaluate("document.querySelector('article h3').innerText")).toBe(`Restart ${roll} aborted`);
  expect(await tab.evaluate("document.querySelector('article .cause').innerText")).toBe(result?.cause?.why);
  const rows = await tab.evaluate<readonly string[]>(
    "[...document.querySelectorAll('.rollslots li')].map((row) => row.innerText.replaceAll(/\\s+/g, ' ').trim())",
  );
  expect(rows.map((row) => row.replace(/ in .*/, ''))).toEqual(
    [1, 2, 3].map((slot) => `slot ${slot} ${slot === aborted.slot ? 'aborted' : 'kept'}`),
  );
  // Only the slot that failed has a part on its line.
  expect(await tab.evaluate("document.querySelectorAll('.rollslots line.aborted').length")).toBe(1);
  expect(await tab.evaluate("document.querySelectorAll('.rollslots line').length")).toBe(1);
  expect(result).toMatchObject({ outcome: 'aborted', replaced: [], kept: [1, 2, 3] });

  // The workers of before go on.
  await click(tab, 'nav a', 'Overview');
  await tab.until("document.querySelector('.slots tbody tr')");
  expect((await slotsOf(tab)).map(([slot, , worker = '']) => [slot, /pid (\d+)/.exec(worker)?.[1]])).toEqual(before);
  expect(problemsOf(tab, shop)).toEqual(none);
});

test('a page that is opened later has the charts of the time before', async () => {
  const shop = await openShop();
  const headers = { authorization: `Bearer ${token}` };
  // A point is there when its ten seconds have ended.
  const first = await vi.waitUntil(
    async () => {
      const answer = await fetch(`${shop.url}/masters/${shop.master.pid}/history`, { headers });
      const { series }: { readonly series: SeriesData } = JSON.parse(await answer.text());
      return new Map(series).get('shop')?.[0];
    },
    { timeout: 40_000, interval: 500 },
  );
  expect(first.rss).toBeGreaterThan(2 ** 20);
  const tab = await openPage(browser, shop);
  await click(tab, 'nav a', 'Charts');
  await tab.until("document.querySelector('.chart canvas')");
  const since = await tab.until<string>("/^Since ([\\d:]+);/.exec(document.querySelector('.hint').innerText)?.[1]");
  expect(since).toBe(await tab.evaluate(`new Date(${first.at * 1_000}).toLocaleTimeString('en-GB')`));
  expect(problemsOf(tab, shop)).toEqual(none);
});

test('what workers write is text: nothing of it is executed, long lines are cut, and a flood is limited', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  await click(tab, 'nav a', 'Logs');
  await tab.until("document.querySelector('.records')");
  await shop.get('/say/first');
  await seen(tab, 'first');
  await shop.get('/evil');
  await seen(tab, '<img src=x onerror=');
  expect(await tab.evaluate("document.querySelectorAll('.records img, .records script').length")).toBe(0);
  const text = await tab.evaluate<string>("document.querySelector('.records').innerText");
  expect(text).toContain(String.raw`\u001b[2J`);
  expect(text).toContain(String.raw`\u202e`);
  expect(await tab.evaluate('window.hacked ?? 0')).toBe(0);
  await shop.get('/long');
  await seen(tab, '(1048576 characters)');
  await shop.get('/flood');
  expect(await tab.evaluate("document.querySelectorAll('.records li').length")).toBeLessThanOrEqual(400);
  // A second later there is room for another line.
  // At the end of the test one may be on its way.
  const speaking = setInterval(() => void shop.get('/say/after%20the%20flood').catch(() => {}), 100);
  onTestFinished(() => clearInterval(speaking));
  await seen(tab, 'after the flood');
  await seen(tab, 'left out');
  // The filter is the master's.
  await tab.evaluate(
    "(() => { const field = document.querySelector('#filter'); field.value = 'THE FLOOD'; field.dispatchEvent(new Event('input', { bubbles: true })); })()",
  );
  await tab.until(
    "[...document.querySelectorAll('.records li')].every((line) => line.innerText.includes('after the flood'))",
  );
  expect(problemsOf(tab, shop)).toEqual(none);
});

/** Shows one of the views, completely. */
const showView = async (tab: Tab, name: string): Promise<void> => {
  await click(tab, 'nav a', name);
  await tab.until(`document.querySelector('nav a[aria-current]').textContent === '${name}'`);
  if (name === 'Charts') await tab.until("document.querySelector('.chart canvas')");
};

test('it is accessible in light and dark, on a desktop and on a phone, and fits on it', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  await tab.evaluate(axe.source);
  await tab.until("document.querySelector('.marble')");
  await click(tab, '.slots tbody button');
  const appearances = (['light', 'dark'] as const).flatMap((scheme) =>
    [1_280, 390].flatMap((width) =>
      ['Overview', 'Charts', 'Restarts', 'Logs'].map((name) => ({ scheme, width, name })),
    ),
  );
  // One after the other: they are of one tab.
  for (const { scheme, width, name } of appearances) {
    /* oxlint-disable no-await-in-loop */
    await tab.scheme(scheme);
    await tab.size(width, 844);
    await showView(tab, name);
    expect([scheme, width, name, ...(await accessibilityProblems(tab))]).toEqual([scheme, width, name]);
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    /* oxlint-enable no-await-in-loop */
  }
  // The confirmation too.
  await showView(tab, 'Overview');
  await click(tab, '[aria-label="Actions for shop"] button', 'Shut down');
  await tab.until("document.querySelector('dialog[open]')");
  expect(await accessibilityProblems(tab)).toEqual([]);
});

test('it is used with the keyboard: events are stepped through, and Escape cancels', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  await tab.until("document.querySelector('.marble')");
  await tab.evaluate("document.querySelector('.plot').focus()");
  await tab.key('ArrowLeft');
  const last = await tab.until<string>("document.querySelector('.tip')?.innerText");
  await tab.key('ArrowLeft');
  await tab.until(`document.querySelector('.tip')?.innerText !== ${JSON.stringify(last)}`);
  await tab.key('+');
  await seen(tab, 'last 1 min');
  await click(tab, '[aria-label="Actions for shop"] button', 'Shut down');
  await tab.until("document.querySelector('dialog[open]')");
  await tab.key('Escape');
  await tab.until("document.querySelector('dialog') === null");
  expect((await statusOf(shop)).phase).toBe('running');
});

test('a wrong token shows nothing, and the right one opens the page', async () => {
  const shop = await openShop();
  const tab = await browser.tab();
  await tab.open(`${shop.url}/#token=this-is-not-the-token`);
  await seen(tab, 'A token is needed');
  expect(await tab.evaluate('document.body.innerText')).not.toContain('shop');
  await tab.evaluate(
    `(() => { document.querySelector('#token').value = '${token}'; document.querySelector('form').requestSubmit(); })()`,
  );
  await tab.until("document.querySelector('.slots tbody tr')");
});

test('a page that only reads has no actions', async () => {
  const shop = await openShop({ web: { port: 0, token, readOnly: true } });
  const tab = await openPage(browser, shop);
  await seen(tab, 'read only');
  await click(tab, '.slots tbody button');
  expect(
    await tab.evaluate(
      "[...document.querySelectorAll('button')].map(({ innerText }) => innerText).filter((text) => /restart$|pause|scale|shut/i.test(text))",
    ),
  ).toEqual([]);
});

test('when the master dies the page says since when it has no data, and goes on with the next one', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  await seen(tab, 'live');
  shop.master.signalGroup('SIGKILL');
  await shop.master.exited();
  const text = await tab.until<string>("document.querySelector('.connection.lost')?.innerText");
  expect(text).toMatch(/^no data since \d\d:\d\d:\d\d: .+\. Trying again\.$/);
  // What was known stays.
  expect(await slotsOf(tab)).toHaveLength(3);
  const next = await openShop({ web: { port: Number(new URL(shop.url).port), token }, worker: 2 });
  await tab.until("document.querySelector('.connection.live')");
  await tab.until("document.querySelectorAll('.slots tbody tr').length === 2");
  expect((await slotsOf(tab))[0]?.[2]).toContain('pid');
  expect(next.url).toBe(shop.url);
});

test('a master that is stopped is told from one that has nothing to say', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  shop.master.signal('SIGSTOP');
  await seen(tab, 'the master does not answer');
  expect(await slotsOf(tab)).toHaveLength(3);
  shop.master.signal('SIGCONT');
  await tab.until("document.querySelector('.connection.live')");
});

test('a burst of a thousand events is shown, and the page goes on', async () => {
  const shop = await openShop(
    {},
    "can.burst = () => { for (let at = 1; at <= 1_000; at += 1) proteus.reportError(new Error('burst ' + at)); };",
  );
  const tab = await openPage(browser, shop);
  await click(tab, 'nav a', 'Restarts');
  await shop.master.call('burst');
  await seen(tab, 'burst 1000');
  expect(await tab.evaluate("document.querySelectorAll('.list li').length")).toBeLessThanOrEqual(200);
  await click(tab, 'nav a', 'Overview');
  await tab.until("document.querySelector('.slots tbody tr')");
  expect(await tab.evaluate("document.querySelectorAll('.marble').length")).toBeLessThan(200);
});

test('a recording is one file that plays without a server', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  await shop.get('/crash').catch(() => {});
  await shop.master.events('available', 4);
  await tab.until("[...document.querySelectorAll('.tile')].some((tile) => /crashes\\s*1/.test(tile.innerText))");
  await tab.evaluate("URL.createObjectURL = (blob) => { window.saved = blob; return 'data:,'; }");
  await click(tab, 'header button', 'Save recording');
  const html = await tab.until<string>('window.saved').then(() => tab.evaluate<string>('window.saved.text()'));
  const file = join(shop.folder, 'recording.html');
  writeFileSync(file, html);
  expect(html).not.toContain(token);
  shop.master.signalGroup('SIGKILL');

  const player = await browser.tab();
  await player.size(1_280, 900);
  await player.open(`file://${file}`);
  await player.until("document.querySelector('.slots tbody tr')");
  await seen(player, `recording of pid ${shop.master.pid}`);
  const crashes =
    "[...document.querySelectorAll('.tile')].find((tile) => tile.innerText.startsWith('crashes')).innerText.replace(/\\s+/g, ' ')";
  expect(await player.evaluate(crashes)).toBe('crashes 1');
  await player.evaluate(
    "(() => { const range = document.querySelector('input[type=range]'); range.value = range.min; range.dispatchEvent(new Event('input', { bubbles: true })); })()",
  );
  await player.until(`(${crashes}) === 'crashes 0'`);
  await click(player, '.player button', 'Play');
  await player.until(`(${crashes}) === 'crashes 1'`);
  expect(player.problems).toEqual([]);
  expect(player.requests.filter((request) => !request.startsWith('file:') && !request.startsWith('data:'))).toEqual([]);
});

test('of two masters each can be chosen, and the end of one shows the other', async () => {
  const place = placeWith({ 'server.js': "require('node:http').createServer((_, answer) => answer.end()).listen(0);" });
  await place.master('server.js', '-w', '1', '--name', 'shop');
  const jobs = await place.master('server.js', '-w', '2', '--name', 'jobs');
  const [link = ''] = await place.begin('web').printed(/^http:\S+$/m);
  const tab = await browser.tab();
  await tab.open(link);
  await tab.until("document.querySelectorAll('header select option').length === 2");
  const choose = (pid: number) =>
    tab.evaluate(
      `(() => { const choice = document.querySelector('header select'); choice.value = '${pid}'; choice.dispatchEvent(new Event('change', { bubbles: true })); })()`,
    );
  await choose(jobs.pid);
  await tab.until("document.querySelector('.tile').innerText.includes('jobs')");
  await tab.until("document.querySelectorAll('.slots tbody tr').length === 2");
  jobs.signalGroup('SIGKILL');
  await tab.until("document.querySelector('.tile').innerText.includes('shop')");
  expect(await slotsOf(tab)).toHaveLength(1);
});

test('a token that was refused once can be given again', async () => {
  const shop = await openShop();
  const tab = await openPage(browser, shop);
  await tab.evaluate(`(() => {
    const { fetch } = window;
    window.fetch = (path, init) => {
      window.asked = path.includes('/live') ? path : window.asked;
      return window.refuses && path.includes('/live') ? Promise.resolve(new Response('{}', { status: 401 })) : fetch(path, init);
    };
    location.hash = '#logs';
  })()`);
  await tab.until("window.asked?.includes('lines=')");
  await tab.evaluate("window.refuses = true; location.hash = '#overview'");
  await seen(tab, 'A token is needed');
  await tab.evaluate(`window.refuses = false; document.getElementById('token').value = '${token}'`);
  await click(tab, '#token-form button');
  await tab.until("document.querySelector('.slots tbody tr')");
  expect(await slotsOf(tab)).toHaveLength(3);
});
