import { worker } from '../../vocabulary/commonFields.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { WorkerEvent } from '../../vocabulary/events.js';

/** The worker no longer listens: the application has closed its servers. */
export type ClosedDraft = { readonly type: 'closed' } & WorkerEvent;

export const closedEvents: EventSchemas<ClosedDraft> = {
  closed: {
    about: 'worker',
    when: "The application has closed the worker's servers, and opened none for a second. If `ready` is `'auto'` or `'listening'`, `leaving` follows.",
    fields: { worker },
  },
};
