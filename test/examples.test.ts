import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as client from '../src/client.js';
import * as development from '../src/development.js';
import * as fleet from '../src/fleet.js';
import * as main from '../src/index.js';
import * as marbles from '../src/marbles.js';
import * as policy from '../src/policy.js';
import * as record from '../src/record.js';
import * as reproduce from '../src/reproduce.js';
import * as services from '../src/services.js';
import * as testing from '../src/testing.js';
import * as worker from '../src/worker.js';
import { pages } from './docs/pages.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const code = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]s$/.test(name))
    .map((name) => join(folder, name));

/** The exports of all entry points. Those of error classes need no example, because users read them in messages. */
const names = [main, client, development, fleet, marbles, policy, record, reproduce, services, testing, worker].flatMap(
  (module) => Object.keys(module),
);
const uses = (files: readonly string[], name: string) =>
  files.some((file) => new RegExp(`(^|[^\\w$])${name.replace('$', '\\$')}(?![\\w$])`).test(read(file)));

test.for(names.filter((name) => !name.endsWith('Error')))('%s is used in an example', (name) => {
  expect(uses(code('examples'), name)).toBe(true);
});

test.for(names)('%s stands in the README or in docs', (name) => {
  expect(uses(pages, name)).toBe(true);
});

test.for(names)('%s has a test', (name) => {
  expect(
    uses(
      code('test').filter((file) => file !== 'test/examples.test.ts'),
      name,
    ),
  ).toBe(true);
});
