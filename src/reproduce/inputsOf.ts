import type { ClusterEvent } from '../index.js';
import type { Input, InputName } from '../testing.js';

/** Shutdowns that the master asks for itself. */
const ownReasons: ReadonlySet<string> = new Set(['gave up', 'every slot is vacant']);

/** Why a worker is resumed that nobody asks for then. */
const ownResumes: ReadonlySet<string> = new Set(['no other worker is ready', 'it has answered late']);

/**
 * What was asked of the master from outside: signals, and commands that no signal and no decision of its own stands for.
 *
 * ```
 * signal SIGUSR2, restart (SIGUSR2#7)      SIGUSR2
 * restart (restart()#1)                    restart
 * recycle, restart of its worker           nothing: the master asked for it
 * ```
 */
export const inputsOf = (events: readonly ClusterEvent[]): readonly Input[] => {
  const signals = new Set<string>();
  return events.flatMap((event): readonly Input[] => {
    if (event.type === 'signal') signals.add(event.signal);
    const input = inputOf(event, signals);
    return input === undefined ? [] : [{ at: event.time - waitedFor(event), input }];
  });
};

const inputOf = (event: ClusterEvent, signals: ReadonlySet<string>): InputName | undefined => {
  switch (event.type) {
    case 'signal':
      // A master handles no other signals than those that can be caught.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return event.signal as InputName;
    case 'restart': {
      const isOwn = event.worker !== undefined || isOfSignal(event.request, signals);
      if (isOwn && !isScheduled(event)) return undefined;
      return event.slot === undefined ? 'restart' : `restart ${event.slot}`;
    }
    case 'scale':
      return event.from === event.to || isOfSignal(event.why, signals) ? undefined : `scale ${event.to}`;
    case 'shutdown':
      if (ownReasons.has(event.why) || isOfSignal(event.why, signals)) return undefined;
      return event.force ? 'force' : 'shutdown';
    case 'pause':
      return `pause ${event.worker.slot}`;
    case 'resume':
      return event.serves && !ownResumes.has(event.why) ? `resume ${event.worker.slot}` : undefined;
    case 'pause-refused':
      return `${event.asked} ${event.slot}`;
    default:
      return undefined;
  }
};

/** A worker that did not answer was asked so much earlier, in ms. */
const waitedFor = (event: ClusterEvent): number =>
  event.type === 'pause-refused' ? Number(/has not answered within (\d+) ms/.exec(event.why)?.[1] ?? 0) : 0;

/** The time of day is no part of a simulation. */
const isScheduled = ({ request, why }: { readonly request: string; readonly why: string }): boolean =>
  request.startsWith('recycle#') && why.startsWith('recycle.at ');

/** `SIGUSR2#7`, `SIGINT`, `SIGQUIT, forced`: what a signal has caused. */
const isOfSignal = (text: string, signals: ReadonlySet<string>): boolean =>
  signals.has(/^SIG\w+/.exec(text)?.[0] ?? '');
