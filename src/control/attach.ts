import { Observable } from 'rxjs';
import type { ClusterAttachment, ControlServer } from '../index.js';
import { listenOnSocket, listenOnTcp } from './listeners.js';
import { operate } from './operate.js';

/** Lets a cluster be operated through the control server of this process, while it is subscribed. */
export const attach = (attachment: ClusterAttachment<ControlServer>): Observable<never> =>
  new Observable((subscriber) => {
    const { settings, report } = attachment;
    subscriber.add(operate(attachment).subscribe());
    subscriber.add(listenOnSocket(report));
    const { port } = settings;
    if (port !== undefined) subscriber.add(listenOnTcp({ ...settings, port }, report));
  });
