import { Observable } from 'rxjs';
import type { ClusterAttachment } from '../index.js';
import { join, take } from './master.js';

interface Operated {
  readonly end: () => void;
  users: number;
}

/** The clusters that can be operated, by name, with how many parts want it. */
const operated = new Map<string, Operated>();

/** Lets a cluster be operated through the methods of the control server, while it is subscribed. Several parts may want it: its events are taken once. */
export const operate = (attachment: ClusterAttachment): Observable<never> =>
  new Observable((subscriber) => {
    const { cluster } = attachment;
    const shared = operated.get(cluster) ?? { end: begin(attachment), users: 0 };
    operated.set(cluster, shared);
    shared.users += 1;
    subscriber.add(() => {
      shared.users -= 1;
      if (shared.users > 0) return;
      operated.delete(cluster);
      shared.end();
    });
  });

const begin = ({ cluster, config, events$ }: ClusterAttachment): (() => void) => {
  const leave = join(cluster, config);
  const subscription = events$.subscribe(take);
  return () => {
    leave();
    subscription.unsubscribe();
  };
};
