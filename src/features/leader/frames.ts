/** The feature's name in the frames between the master and the preload. */
export const name = 'leader';

/** The master tells a worker that it is the leader, or that it no longer is. */
export interface LeadsFrame {
  readonly leads: boolean;
}

/** The worker confirms that it is no longer the leader: all subscribers of `leader$` have received false. */
export interface ResignedFrame {
  readonly resigned: true;
}

export const isLeads = (frame: unknown): frame is LeadsFrame =>
  typeof frame === 'object' && frame !== null && 'leads' in frame && typeof frame.leads === 'boolean';

export const isResigned = (frame: unknown): frame is ResignedFrame =>
  typeof frame === 'object' && frame !== null && 'resigned' in frame && frame.resigned === true;
