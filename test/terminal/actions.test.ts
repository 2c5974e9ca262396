import { expect, test } from 'vitest';
import { consequence } from '../../src/terminal/model/actions.js';
import type { Row } from '../../src/terminal/model/rows.js';
import type { Action } from '../../src/terminal/model/view.js';

/** What of a row is looked at. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const rowOf = (size: number) => ({ cluster: { size } }) as unknown as Row;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asked = (type: string, more: object = {}) => ({ type, target: { cluster: 'web' }, ...more }) as unknown as Action;

test('what is done to a single worker is said of one', () => {
  expect(consequence(asked('restart'), rowOf(1))).toMatch(/^Restart web: replaces its worker, which leaves when/);
  expect(consequence(asked('restart'), rowOf(2))).toMatch(/^Restart web: replaces its 2 workers one after the other/);
  expect(consequence(asked('stop'), rowOf(1))).toMatch(/^Stop web: asks its worker to leave when it has answered/);
  expect(consequence(asked('stop'), rowOf(2))).toMatch(/^Stop web: asks its 2 workers to leave when they have/);
  expect(consequence(asked('scale', { from: 2, to: 1 }), rowOf(2))).toMatch(/^Scale web from 2 to 1 worker: /);
});
