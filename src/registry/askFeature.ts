import { Observable } from 'rxjs';
import type { RunningCluster } from './runningClusters.js';

/** Asks a feature of a cluster for something. Emits its result and completes; completes without one if the cluster ends first. */
export const askFeature = ({ submit, gone$ }: RunningCluster, feature: string, command: unknown): Observable<unknown> =>
  new Observable((subscriber) => {
    subscriber.add(gone$.subscribe(() => subscriber.complete()));
    const reply = (result: unknown) => {
      subscriber.next(result);
      subscriber.complete();
    };
    submit({ type: 'feature', feature, command, reply });
  });
