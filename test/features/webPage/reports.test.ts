import { map } from 'rxjs';
import type { EpicContext } from '../../../src/features/contract/feature.js';
import { type WebTold, webPage } from '../../../src/features/webPage/index.js';
import type { WebDraft } from '../../../src/features/webPage/events.js';
import type { FeatureCommand } from '../../../src/vocabulary/events.js';
import { marbles, stamped } from '../../marbles.js';

const url = 'http://127.0.0.1:9700';
const link = '/run/user/0/page.html';

const told = (command: WebTold): FeatureCommand => ({ type: 'feature', feature: 'webPage', command });
const commands = { a: told({ url }), b: told({ url, link }) };

/** What the epic reads of its context. */
const given = (context: Pick<EpicContext<object, WebDraft, undefined>, 'commands$'>) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  context as EpicContext<never, WebDraft, undefined>;

marbles('each time that the page can be opened is an event, and nothing else is', ({ hot, expectObservable }) => {
  const commands$ = hot('  -a-b-', commands);
  const expected = '       -a-b-';

  expectObservable(webPage.epic?.(given({ commands$ })) ?? hot('')).toBe(expected, {
    a: { type: 'web-listening', url },
    b: { type: 'web-listening', url, link },
  });
});

marbles('the log says where it is, and where its token is, if it has made one', ({ hot, expectObservable }) => {
  const event$ = hot('     -a-b-', { a: { url }, b: { url, link } }).pipe(
    // The event of this feature.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    map((where) => webPage.sentences['web-listening'](stamped({ type: 'web-listening', ...where } as never) as never)),
  );
  const expected = '       -a-b-';

  expectObservable(event$).toBe(expected, {
    a: ['info', `web page at ${url}`],
    b: ['info', `web page at ${url}, and the link with its token in ${link}`],
  });
});
