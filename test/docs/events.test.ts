import { expect, test } from 'vitest';
import { eventsPage } from './eventsPage.js';

// `npm run docs:events` writes the page.
test('docs/events.md is what the schemas of the events say', async () => {
  await expect(eventsPage).toMatchFileSnapshot('../../docs/events.md');
});
