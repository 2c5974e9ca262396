import { map, Observable, withLatestFrom } from 'rxjs';
import { type ClusterEvent, ConfigError } from '../index.js';
import { openRecording, type Recording } from './openRecording.js';
import { checkOptions, type RecordOptions, reporterOf } from './options.js';

/**
 * Writes the events that pass to a file: a recording, which `replay` reads. Passes all of them on, at once and unchanged.
 *
 * The file is opened with the first event and closed with the subscription. It is bounded (`size`, default 16 MB) and has mode 0600; a recording that exists is continued. An event is in the file 250 ms later, and so survives
 * a master that is killed. What goes wrong with the file is an `error` event, or a call of `report`, and the stream goes on. Messages are recorded by their type and size. Throws `ConfigError` for a wrong option.
 *
 * @example
 * events$.pipe(record('web.jsonl')).subscribe();
 */
export const record = (path: string | URL, options: RecordOptions = {}) => {
  if (!(path instanceof URL) && (typeof path !== 'string' || path === ''))
    throw new ConfigError('record()', 'expected the path of a file');
  checkOptions(options);
  const recording$ = recordingOf(path, options);
  return <E extends ClusterEvent>(source$: Observable<E>): Observable<E> =>
    source$.pipe(
      withLatestFrom(recording$),
      map(([event, recording]) => {
        recording.add(event);
        return event;
      }),
    );
};

type Writer = Pick<Recording, 'add'>;

/** A recording for each subscription, which is closed with it. Opened with the first event, because a program that starts no cluster has nothing to record. If it cannot be opened, that is reported, and nothing is recorded. */
const recordingOf = (path: string | URL, options: RecordOptions): Observable<Writer> =>
  new Observable((subscriber) => {
    let opened: Recording | Error | undefined;
    const add = (event: ClusterEvent): void => {
      const isFirst = opened === undefined;
      opened ??= openOrError(path, options);
      if (!(opened instanceof Error)) opened.add(event);
      // Not earlier, because it may become an event that comes here.
      else if (isFirst) reporterOf(options)(opened);
    };
    subscriber.add(() => {
      if (opened !== undefined && !(opened instanceof Error)) opened.close();
    });
    subscriber.next({ add });
  });

const openOrError = (path: string | URL, options: RecordOptions): Recording | Error => {
  try {
    return openRecording(path, options);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};
