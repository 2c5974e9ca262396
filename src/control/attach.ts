import { NEVER, type Observable } from 'rxjs';
import type { ClusterAttachment, ControlServer } from '../index.js';

/** Lets a cluster be operated through the control server of this process. */
export const attach = ({ cluster, settings }: ClusterAttachment<ControlServer>): Observable<never> =>
  // The server is not built yet.
  cluster === '' || settings.port === undefined ? NEVER : NEVER;
