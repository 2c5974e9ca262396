import { worker } from '../../vocabulary/commonFields.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { WorkerEvent } from '../../vocabulary/events.js';

/** The worker listens nowhere any more: the application has closed its servers itself. */
export type ClosedDraft = { readonly type: 'closed' } & WorkerEvent;

export const closedEvents: EventSchemas<ClosedDraft> = {
  closed: {
    about: 'worker',
    when: "The worker has closed its servers itself, and opened none for a second. If `ready` is `'auto'` or `'listening'`, `leaving` follows.",
    fields: { worker },
  },
};
