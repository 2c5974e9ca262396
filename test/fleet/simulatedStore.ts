import { BehaviorSubject, Observable, type Subscriber, Subject, timer } from 'rxjs';
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider';
import { StoreConflictError, StoreUnreachableError } from '../../src/fleet/store/errors.js';
import { entryLifetimeMs } from '../../src/fleet/store/lifetimes.js';
import type { Bucket, Entry, FleetStore, Published, Removed } from '../../src/fleet/store/store.js';
import { subjectMatches } from './subjectMatches.js';

export interface SimulatedStoreOptions {
  /** One way between a host and the store, in ms; asked for each message. Messages of one host stay in order. Default 1. */
  readonly latency?: () => number;
  /** How long a host waits for an answer, in ms. Default 2,000. */
  readonly timeout?: number;
  /** How long after it was cut off a host notices it, in ms. Default 1,000. */
  readonly notices?: number;
  /** How long entries live, in ms. Default: `entryLifetimeMs`. */
  readonly ttl?: Partial<Readonly<Record<Bucket, number>>>;
  /** Whether a message that meets a cut is delivered when the cut has been healed, as by TCP. Asked for each. Default: it is lost. */
  readonly holds?: () => boolean;
}

/** A change of the shared state, for invariants. `value` is left out when the key was deleted. */
interface Write {
  readonly at: number;
  readonly host: string;
  readonly bucket: Bucket;
  readonly key: string;
  readonly revision: number;
  readonly value?: unknown;
}

export interface SimulatedStore {
  /** The store as one host sees it. Each call is a new connection of that host. */
  readonly host: (name: string) => FleetStore;
  /** Cuts a host off from the store, in both directions, until `heal`. */
  readonly cut: (name: string) => void;
  readonly heal: (name: string) => void;
  /** The process of a host ends without a word: its connections so far are silent for ever. What it has sent still arrives. `host` begins its next life. */
  readonly kill: (name: string) => void;
  /** Stops the server for all hosts, until `start`. What it has stored stays. */
  readonly stop: () => void;
  readonly start: () => void;
  /** An entry is gone before its time, and nobody is told: a lost lease, a lost bucket. */
  readonly lose: (bucket: Bucket, key?: string) => void;
  /** What is stored now. */
  readonly entries: (bucket: Bucket) => ReadonlyMap<string, Entry>;
  /** Each change at the moment it is carried out. */
  readonly writes$: Observable<Write>;
}

interface Stored {
  readonly text: string;
  readonly revision: number;
  readonly at: number;
  readonly removed: boolean;
}

interface Watcher {
  readonly bucket: Bucket;
  readonly subscriber: Subscriber<Entry | Removed | 'ready'>;
  /** The last revision that was sent to it and has arrived. */
  seen: number;
}

interface Link {
  readonly name: string;
  readonly reachable$: BehaviorSubject<boolean>;
  readonly watchers: Set<Watcher>;
  /** Asks the store for what a watcher wants, unless it has it. */
  readonly asking: Set<() => void>;
  readonly listeners: Set<{ readonly subject: string; readonly subscriber: Subscriber<Published> }>;
  /** When the last message in each direction arrives: the next one is not faster. */
  readonly arrives: { to: number; from: number };
  held: (() => void)[];
  dead: boolean;
}

const now = (): number => performanceTimestampProvider.now();

/** A store between hosts in virtual time: one shared state, and for each host a link of its own that delays, breaks and heals. */
export const simulatedStore = ({
  latency = () => 1,
  timeout = 2_000,
  notices = 1_000,
  ttl = {},
  holds = () => false,
}: SimulatedStoreOptions = {}): SimulatedStore => {
  const buckets = { members: newBucket(), leases: newBucket(), rolls: newBucket() };
  const writes$ = new Subject<Write>();
  const links = new Set<Link>();
  const cuts = new Set<string>();
  let running = true;

  const isUp = ({ name, dead }: Link): boolean => running && !dead && !cuts.has(name);

  /** The entries that have not expired, deleted keys included. */
  const stored = (bucket: Bucket): Map<string, Stored> => {
    const { entries } = buckets[bucket];
    const lives = ttl[bucket] ?? entryLifetimeMs[bucket];
    for (const [key, { at }] of entries) if (now() - at >= lives) entries.delete(key);
    return entries;
  };

  const travel = (link: Link, direction: 'to' | 'from', work: () => void): void => {
    const arrives = Math.max(link.arrives[direction], now() + latency());
    link.arrives[direction] = arrives;
    timer(arrives - now()).subscribe(() => {
      // What a process has sent before its end still arrives.
      if (link.dead ? direction === 'to' && running && !cuts.has(link.name) : isUp(link)) work();
      else if (!link.dead && holds()) link.held.push(() => travel(link, direction, work));
    });
  };

  const tell = (link: Link, watcher: Watcher, key: string, { text, revision, removed }: Stored): void =>
    travel(link, 'from', () => {
      if (revision <= watcher.seen) return;
      watcher.seen = revision;
      watcher.subscriber.next(removed ? { key, revision, removed } : { key, value: JSON.parse(text), revision });
    });

  const catchUp = (link: Link, watcher: Watcher): void => {
    const missed = Array.from(stored(watcher.bucket)).filter(([, { revision }]) => revision > watcher.seen);
    for (const [key, entry] of missed.toSorted(([, one], [, other]) => one.revision - other.revision))
      tell(link, watcher, key, entry);
  };

  const changed = (link: Link): void => {
    if (isUp(link)) {
      for (const work of link.held.splice(0)) work();
      travel(link, 'from', () => {
        if (!link.reachable$.value) link.reachable$.next(true);
      });
      for (const watcher of link.watchers) catchUp(link, watcher);
      // What was asked during an interruption may be lost, however short that was.
      for (const ask of link.asking) ask();
    } else if (!link.dead) {
      timer(notices).subscribe(() => {
        if (!isUp(link) && !link.dead && link.reachable$.value) link.reachable$.next(false);
      });
    }
  };

  const write = (link: Link, bucket: Bucket, key: string, value: unknown, removed = false): number => {
    const revision = ++buckets[bucket].revision;
    const entry: Stored = { text: removed ? '' : JSON.stringify(value), revision, at: now(), removed };
    stored(bucket).set(key, entry);
    writes$.next({
      at: now(),
      host: link.name,
      bucket,
      key,
      revision,
      ...(!removed && { value: JSON.parse(entry.text) }),
    });
    for (const other of links)
      for (const watcher of other.watchers) if (watcher.bucket === bucket) tell(other, watcher, key, entry);
    return revision;
  };

  const living = (bucket: Bucket, key: string): Stored | undefined => {
    const entry = stored(bucket).get(key);
    return entry?.removed === true ? undefined : entry;
  };

  const expectRevision = (bucket: Bucket, key: string, revision: number | undefined): void => {
    const found = living(bucket, key)?.revision;
    if (found !== revision)
      throw new StoreConflictError(
        `${bucket}/${key}: expected revision ${revision ?? 'none'}, found ${found ?? 'none'}`,
      );
  };

  /** What the server does is done whether or not the host still waits for the answer. */
  const request = <T>(link: Link, execute: () => T): Observable<T> =>
    new Observable((subscriber) => {
      if (link.dead) return;
      const unreachable = () => subscriber.error(new StoreUnreachableError(`no answer within ${timeout} ms`));
      if (!link.reachable$.value) return unreachable();
      subscriber.add(timer(timeout).subscribe(unreachable));
      travel(link, 'to', () => {
        const outcome = attempt(execute);
        travel(link, 'from', () => {
          if ('error' in outcome) return subscriber.error(outcome.error);
          subscriber.next(outcome.value);
          subscriber.complete();
        });
      });
    });

  const host = (name: string): FleetStore => {
    const link: Link = {
      name,
      reachable$: new BehaviorSubject(true),
      watchers: new Set(),
      asking: new Set(),
      listeners: new Set(),
      arrives: { to: 0, from: 0 },
      held: [],
      dead: false,
    };
    link.reachable$.next(isUp(link));
    links.add(link);
    return {
      reachable$: new Observable((subscriber) => link.reachable$.subscribe((value) => subscriber.next(value))),
      get: (bucket, key) =>
        request(link, () => {
          const entry = living(bucket, key);
          return entry && { key, value: JSON.parse(entry.text), revision: entry.revision };
        }),
      create: (bucket, key, value) =>
        request(link, () => {
          expectRevision(bucket, key, undefined);
          return write(link, bucket, key, value);
        }),
      update: (bucket, key, value, revision) =>
        request(link, () => {
          expectRevision(bucket, key, revision);
          return write(link, bucket, key, value);
        }),
      remove: (bucket, key, revision) =>
        without(
          request(link, () => {
            expectRevision(bucket, key, revision);
            write(link, bucket, key, undefined, true);
          }),
        ),
      watch: (bucket) =>
        new Observable((subscriber) => {
          if (link.dead) return;
          const watcher: Watcher = { bucket, subscriber, seen: 0 };
          let isReady = false;
          const begin = (): void => {
            if (isReady) return;
            travel(link, 'to', () => {
              link.watchers.add(watcher);
              for (const [key, entry] of stored(bucket)) if (!entry.removed) tell(link, watcher, key, entry);
              travel(link, 'from', () => {
                if (isReady) return;
                isReady = true;
                subscriber.next('ready');
              });
            });
          };
          begin();
          link.asking.add(begin);
          subscriber.add(() => link.asking.delete(begin));
          subscriber.add(() => link.watchers.delete(watcher));
        }),
      publish: (subject, value) =>
        new Observable((subscriber) => {
          if (link.dead) return;
          if (!link.reachable$.value) return subscriber.error(new StoreUnreachableError('not connected'));
          const text = JSON.stringify(value);
          travel(link, 'to', () => {
            for (const other of links)
              for (const { subject: pattern, subscriber: listener } of other.listeners)
                if (subjectMatches(pattern, subject))
                  travel(other, 'from', () => listener.next({ subject, value: JSON.parse(text) }));
          });
          subscriber.complete();
        }),
      subscribe: (subject) =>
        new Observable((subscriber) => {
          if (link.dead) return;
          const listener = { subject, subscriber };
          link.listeners.add(listener);
          subscriber.add(() => link.listeners.delete(listener));
        }),
    };
  };

  const linksOf = (name: string): Link[] => Array.from(links).filter((link) => link.name === name);
  const all = (): void => links.forEach(changed);

  return {
    host,
    cut: (name) => {
      cuts.add(name);
      linksOf(name).forEach(changed);
    },
    heal: (name) => {
      cuts.delete(name);
      linksOf(name).forEach(changed);
    },
    kill: (name) => {
      for (const link of linksOf(name)) {
        link.dead = true;
        link.watchers.clear();
        link.asking.clear();
        link.listeners.clear();
        link.held = [];
        links.delete(link);
      }
    },
    stop: () => {
      running = false;
      all();
    },
    start: () => {
      running = true;
      all();
    },
    lose: (bucket, key) => {
      if (key === undefined) stored(bucket).clear();
      else stored(bucket).delete(key);
    },
    entries: (bucket) =>
      new Map(
        Array.from(stored(bucket))
          .filter(([, { removed }]) => !removed)
          .map(([key, { text, revision }]) => [key, { key, value: JSON.parse(text), revision }]),
      ),
    writes$: writes$.asObservable(),
  };
};

const newBucket = () => ({ revision: 0, entries: new Map<string, Stored>() });

const attempt = <T>(work: () => T): { readonly value: T } | { readonly error: unknown } => {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
};

const without = (request$: Observable<void>): Observable<never> =>
  new Observable((subscriber) =>
    request$.subscribe({ error: (error) => subscriber.error(error), complete: () => subscriber.complete() }),
  );
