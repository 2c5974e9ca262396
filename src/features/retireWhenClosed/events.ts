import type { WorkerEvent } from '../../vocabulary/events.js';

/** The worker listens nowhere any more: the application has closed its servers itself. */
export type ClosedDraft = { readonly type: 'closed' } & WorkerEvent;
