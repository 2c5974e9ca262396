import { optional, text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';

/** The web page can be opened. */
export interface WebDraft {
  readonly type: 'web-listening';
  readonly url: string;
  readonly link?: string;
}

export const webEvents: EventSchemas<WebDraft> = {
  'web-listening': {
    about: 'master',
    when: 'With `web`: the page can be opened.',
    fields: {
      url: text('Where, such as `http://127.0.0.1:9700`, without the token.'),
      link: optional(text('The file with the link that has the token. Left out if the token is an option.')),
    },
  },
};
