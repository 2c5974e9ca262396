import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Tab } from '../../scripts/browser.js';
import { fresh, get, master, type Program, portOf } from '../process/harness.js';

export const token = 'a-token-for-the-tests';

/** Answers, crashes and writes what it is asked to. */
const worker = `
  import { createServer } from 'node:http';
  const evil = '<img src=x onerror="window.hacked = 1"><script>window.hacked = 2</script>\\u001b[2J\\u001b]0;title\\u0007 \\u202e end';
  createServer((request, response) => {
    response.end('ok');
    if (request.url === '/crash') throw new Error('a bug of /crash');
    if (request.url === '/evil') console.log(evil);
    if (request.url === '/long') console.log('long ' + 'x'.repeat(2 ** 20 - 5));
    if (request.url === '/flood') for (let at = 0; at < 5_000; at += 1) console.log('flood ' + at);
    if (request.url?.startsWith('/say/')) console.error(decodeURIComponent(request.url.slice(5)));
  }).listen(0, '127.0.0.1');
`;

export interface Shop {
  readonly master: Program;
  /** Where the page is. */
  readonly url: string;
  /** A request to a worker. */
  readonly get: (path: string) => Promise<string>;
  readonly folder: string;
}

/** A master with a page, whose workers have started. */
export const openShop = async (config: object = {}, script = ''): Promise<Shop> => {
  const folder = fresh({ 'worker.mjs': worker });
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
  const options = {
    exec: 'worker.mjs',
    name: 'shop',
    worker: 3,
    backoff: { initial: 50 },
    log: { file: 'log' },
    web: { port: 0, token },
    ...config,
  };
  const running = master(folder, `${script}\nrun(${JSON.stringify(options)});`, {
    env: { PROTEUS_RUNTIME_DIR: join(folder, 'run') },
  });
  const port = portOf(await running.event('listening'));
  await running.events('available', options.worker);
  const { url = '' } = await running.event('web-listening');
  return { master: running, url, folder, get: (path) => get(port, path) };
};

/** The page of a master, when it shows the slots. */
export const openPage = async (browser: Browser, { url }: Pick<Shop, 'url'>): Promise<Tab> => {
  const tab = await browser.tab();
  await tab.size(1_280, 900);
  await tab.open(`${url}/#token=${token}`);
  await tab.until("document.querySelector('.slots tbody tr')");
  return tab;
};

/** The text of each cell of the slots, row by row. */
export const slotsOf = (tab: Tab): Promise<readonly (readonly string[])[]> =>
  tab.evaluate(
    `[...document.querySelectorAll('.slots tbody tr')].map((row) => [...row.children].map((cell) => cell.innerText.trim()))`,
  );

export const click = (tab: Tab, selector: string, text = ''): Promise<unknown> =>
  tab.until(
    `(() => { const found = [...document.querySelectorAll(${JSON.stringify(selector)})].find((one) => one.textContent.includes(${JSON.stringify(text)})); found?.click(); return found !== undefined; })()`,
  );

/** Resolves when the page has this text. */
export const seen = (tab: Tab, text: string): Promise<unknown> =>
  tab.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
