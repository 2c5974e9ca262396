import { map, type Observable } from 'rxjs';
import type { FeatureCommand } from '../../vocabulary/events.js';
import type { Feature } from '../contract/feature.js';
import { type WebDraft, webEvents } from './events.js';
import { checkWeb, type WebPage, webRule } from './options.js';

export interface WebOptions {
  /** A web page on loopback that shows the clusters of the master, and operates them. Default: false. */
  readonly web?: WebPage | false | undefined;
}

/** The settings of the part on top. */
export type WebSettings = WebPage;

/** What the part on top tells the feature: the page can be opened. */
export interface WebTold {
  readonly url: string;
  /** The file with the link. */
  readonly link?: string;
}

// The part on top alone sends commands with the name of this feature.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const toldIn = ({ command }: FeatureCommand): WebTold => command as WebTold;

/** A web page that shows the clusters of the master. */
export const webPage: Feature<'webPage', WebOptions, WebDraft> = {
  name: 'webPage',
  options: { web: { rule: webRule, default: false, check: checkWeb } },
  epic: ({ commands$ }): Observable<WebDraft> =>
    commands$.pipe(map((command) => ({ type: 'web-listening', ...toldIn(command) }))),
  attach: {
    load: () => import('../../web.js'),
    settings: ({ web }): WebSettings | undefined => (web === false ? undefined : web),
  },
  events: webEvents,
  letters: { 'web-listening': '=' },
  sentences: {
    'web-listening': ({ url, link }) => [
      'info',
      link === undefined ? `web page at ${url}` : `web page at ${url}, and the link with its token in ${link}`,
    ],
  },
};
