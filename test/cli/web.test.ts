import { expect, test } from 'vitest';
import { ask } from '../control/harness.js';
import { placeWith } from './proteus.js';

const files = { 'server.js': "require('node:http').createServer((_, response) => response.end('ok')).listen(0);" };

test('proteus web prints a link, and shows the masters that run', async () => {
  const place = placeWith(files);
  const { pid } = await place.master('server.js', '-w', '1', '--name', 'shop');
  const page = place.begin('web');
  const [, port = '', token = ''] = await page.printed(/^http:\/\/127\.0\.0\.1:(\d+)\/#token=(\S+)$/m);
  const headers = { authorization: `Bearer ${token}` };
  const masters = await ask(Number(port), { path: '/masters', headers });
  expect(JSON.parse(masters.text)).toEqual({ readOnly: false, masters: [String(pid)] });
  const status = await ask(Number(port), { path: `/masters/${pid}/v1/status`, headers });
  expect(JSON.parse(status.text).clusters).toMatchObject([{ cluster: 'shop', size: 1 }]);
  const html = await ask(Number(port), { path: '/' });
  expect(html.text).toMatch(/^<!doctype html>/);
  page.signal('SIGINT');
  expect(await page.ended()).toEqual({ code: 0, signal: null });
});

test('with a target it shows that master, and refuses one that does not run', async () => {
  const place = placeWith(files);
  const { pid } = await place.master('server.js', '-w', '1', '--name', 'shop');
  await place.master('server.js', '-w', '1', '--name', 'jobs');
  const page = place.begin('web', 'shop', '--read-only');
  const [, port = '', token = ''] = await page.printed(/^http:\/\/127\.0\.0\.1:(\d+)\/#token=(\S+)$/m);
  const { text } = await ask(Number(port), { path: '/masters', headers: { authorization: `Bearer ${token}` } });
  expect(JSON.parse(text)).toEqual({ readOnly: true, masters: [String(pid)] });
  const missing = await place.proteus('web', 'nothing');
  expect([missing.code, missing.err]).toEqual([3, expect.stringContaining("no master has a cluster 'nothing'")]);
  const wrong = await place.proteus('web', '--port', '70000');
  expect([wrong.code, wrong.err]).toEqual([
    2,
    expect.stringContaining('--port: expected a port from 0 to 65535, got 70000'),
  ]);
});

test('a fleet that is named must be complete; one of the folder that cannot be read is said, and the page is served', async () => {
  const broken = placeWith({
    'proteus.config.mjs': "export default { exec: 'shop.mjs', fleet: { servers: 1 } };",
    'shop.mjs': '',
  });
  const named = await broken.proteus('web', '--fleet', 'prod');
  expect([named.code, named.err]).toEqual([2, expect.stringContaining('--fleet: expected --servers with it')]);
  const config = await broken.proteus('web', '--config', 'proteus.config.mjs');
  expect([config.code, config.err]).toEqual([2, expect.stringContaining('fleet.servers: expected')]);
  const page = broken.begin('web');
  await page.printed(/The hosts of a fleet are not shown: .*fleet\.servers: expected/);
  await page.printed(/^http:\/\/127\.0\.0\.1:\d+\/#token=\S+$/m);
});
