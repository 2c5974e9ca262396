import { Observable } from 'rxjs';
import type { ClusterAttachment, ControlServer } from '../index.js';
import { listenOnSocket, listenOnTcp } from './listeners.js';
import { join, take } from './master.js';

/** Lets a cluster be operated through the control server of this process, while it is subscribed. */
export const attach = ({
  cluster,
  settings,
  config,
  events$,
  report,
}: ClusterAttachment<ControlServer>): Observable<never> =>
  new Observable((subscriber) => {
    subscriber.add(join(cluster, config));
    subscriber.add(events$.subscribe(take));
    subscriber.add(listenOnSocket(report));
    const { port } = settings;
    if (port !== undefined) subscriber.add(listenOnTcp({ ...settings, port }, report));
  });
