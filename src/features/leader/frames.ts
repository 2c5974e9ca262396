/** The name under which the master and the preload write to each other about leadership. */
export const name = 'leader';

/** What the master tells a worker: that it leads, or does no longer. */
export interface LeadsFrame {
  readonly leads: boolean;
}

/** What the worker answers: everything in it that follows `leader$` has heard that it leads no longer. */
export interface ResignedFrame {
  readonly resigned: true;
}

export const isLeads = (frame: unknown): frame is LeadsFrame =>
  typeof frame === 'object' && frame !== null && 'leads' in frame && typeof frame.leads === 'boolean';

export const isResigned = (frame: unknown): frame is ResignedFrame =>
  typeof frame === 'object' && frame !== null && 'resigned' in frame && frame.resigned === true;
