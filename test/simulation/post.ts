import * as fc from 'fast-check';
import type { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { answered } from '../../src/operators/answered.js';
import { type Correspondence, correspondence, type Reply } from '../../src/post/correspondence.js';
import { inbox } from '../../src/post/inbox.js';
import type { Parcel, Receipt } from '../../src/post/letters.js';
import { outbox } from '../../src/post/outbox.js';
import { packing } from '../../src/post/pack.js';
import { writing } from '../../src/post/writing.js';

/** What becomes of a parcel on its way; times in ms. */
type Fate = 'arrives' | 'lost' | 'late' | 'twice' | 'again later';

/** What is done, by the worker or by the master, and how a question is taken there. */
interface Act {
  readonly at: number;
  readonly by: 'worker' | 'master';
  readonly what: 'send' | 'ask';
  /** How many messages are sent in that turn. */
  readonly many: number;
  /** How long the other side takes for its answer; `undefined`: it never answers. */
  readonly takes: number | undefined;
  readonly timeout: number;
  /** Whoever asks loses interest after so long. */
  readonly patience: number | undefined;
}

/** A worker and its master, over a channel that may be bad. */
export interface Schedule {
  readonly acts: readonly Act[];
  /** By the number of the parcel; beyond its end all arrive. */
  readonly fates: readonly Fate[];
  /** When the worker leaves, and whether its queue is flushed before; with a good channel nothing is lost then. */
  readonly leaves: number | undefined;
  readonly graceful: boolean;
}

/** What came of it. */
export interface Outcome {
  readonly schedule: Schedule;
  readonly sent: number;
  readonly arrived: readonly number[];
  /** By question: how often it was asked there, and what came of it here. */
  readonly questions: readonly {
    readonly heard: number;
    readonly ends: readonly string[];
    readonly dropped: boolean;
  }[];
  /** Messages that came after the worker had gone. */
  readonly posthumous: number;
  readonly timers: number;
}

const some = (max: number, min = 0) => fc.integer({ min, max });

const act: fc.Arbitrary<Act> = fc.record({
  at: some(30),
  by: fc.constantFrom('worker', 'master'),
  what: fc.constantFrom('send', 'ask'),
  many: fc.oneof({ weight: 4, arbitrary: some(5, 1) }, { weight: 1, arbitrary: some(3_000, 500) }),
  takes: fc.option(some(12), { nil: undefined }),
  timeout: some(15, 1),
  patience: fc.option(some(15), { nil: undefined, freq: 6 }),
});

const fate = fc.constantFrom<Fate>('arrives', 'arrives', 'arrives', 'lost', 'late', 'twice', 'again later');

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 12 }),
  fates: fc.oneof(fc.constant([]), fc.array(fate, { maxLength: 30 })),
  leaves: fc.option(some(40), { nil: undefined }),
  graceful: fc.boolean(),
});

export const runPost = (schedule: Schedule): Outcome => {
  const scheduler = new TestScheduler(() => undefined);
  const arrived: number[] = [];
  const questions: { heard: number; ends: string[]; dropped: boolean }[] = [];
  let sent = 0;
  let posthumous = 0;
  let gone = false;
  let parcels = 0;

  const later = (ms: number, work: () => void) => void scheduler.schedule(work, ms);
  const soon = (work: () => void) => later(0, work);

  scheduler.run(() => {
    const carry = (deliver: (what: Parcel | Receipt) => void) => (what: Parcel | Receipt) => {
      // A receipt says how far it has come: a lost one is made good by the next, so they all arrive, 1 ms later.
      const how = 'taken' in what ? 'arrives' : (schedule.fates[parcels++] ?? 'arrives');
      const arrive = () => deliver(JSON.parse(JSON.stringify(what)));
      // What was in the pipe when the worker went is still read.
      if (how !== 'lost') later(how === 'late' ? 7 : 1, arrive);
      if (how === 'twice') later(1, arrive);
      if (how === 'again later') later(9, arrive);
    };

    const side = (transmit: (what: Parcel | Receipt) => void, messages: (messages: readonly unknown[]) => void) => {
      const box = outbox(transmit, { soon, now: () => scheduler.now() });
      const say = writing(packing('json'), box);
      const letters: Correspondence = correspondence((letter) => (gone ? undefined : say(letter)), {
        ask: (message, reply) => answer(message, reply),
        offered: () => undefined,
      });
      const incoming = inbox({ messages, letter: letters.take, lost: () => {} }, transmit, soon);
      const take = (what: Parcel | Receipt) => ('taken' in what ? box.taken(what.taken) : incoming.take(what));
      return { box, letters, take };
    };
    const answer = (message: unknown, reply: Reply) => {
      const number = Number(message);
      const question = questions[number];
      if (question === undefined) throw new Error('nobody has asked that');
      question.heard += 1;
      const { takes } = asked[number] ?? {};
      if (takes === undefined) return;
      later(takes, () => {
        try {
          reply(number);
        } catch {
          // Nobody waits any more.
        }
      });
    };

    const asked: Act[] = [];
    const worker = side(
      carry((what) => master.take(what)),
      () => {},
    );
    const master = side(
      carry((what) => (gone ? undefined : worker.take(what))),
      (messages) => {
        if (left) posthumous += messages.length;
        for (const message of messages) arrived.push(Number(message));
      },
    );
    let left = false;

    const ask = (one: Act) => {
      const question = { heard: 0, ends: new Array<string>(), dropped: false };
      const number = questions.push(question) - 1;
      asked.push(one);
      const { letters } = one.by === 'worker' ? worker : master;
      const ends$: Observable<unknown> = letters.converse({ type: 'ask', message: number }).pipe(answered(one.timeout));
      const waiting = ends$.subscribe((end) => question.ends.push(JSON.stringify(end)));
      if (one.patience !== undefined) {
        later(one.patience, () => {
          question.dropped = question.ends.length === 0;
          waiting.unsubscribe();
        });
      }
    };
    for (const one of schedule.acts) {
      later(one.at, () => {
        if (gone) return;
        if (one.what === 'ask') ask(one);
        else if (one.by === 'worker')
          for (let count = 0; count < one.many; count += 1) worker.box.message((sent += 1), 8);
      });
    }
    if (schedule.leaves !== undefined) {
      later(schedule.leaves, () => {
        if (schedule.graceful) worker.box.flush();
        gone = true;
        worker.letters.end();
        // Its disconnect is heard after what is in the pipe.
        later(10, () => {
          left = true;
          master.letters.end();
        });
      });
    }
  });
  return { schedule, sent, arrived, questions, posthumous, timers: scheduler.actions.length };
};

/** What must hold, whatever happens. */
export const violationOfPost = ({
  schedule,
  sent,
  arrived,
  questions,
  posthumous,
  timers,
}: Outcome): string | undefined => {
  const good = schedule.fates.length === 0;
  for (const [index, number] of arrived.entries()) {
    const before = arrived[index - 1] ?? 0;
    if (number <= before) return `atMostOnce, inOrder: ${number} came after ${before}`;
  }
  if (good && (schedule.leaves === undefined || schedule.graceful) && arrived.length !== sent)
    return `nothingLost: ${sent} were sent, ${arrived.length} arrived`;
  if (posthumous > 0) return `beforeTheExit: ${posthumous} came after it`;
  for (const [number, { heard, ends, dropped }] of questions.entries()) {
    if (heard > 1) return `askedOnce: question ${number} was asked ${heard} times`;
    if (ends.length !== (dropped ? 0 : 1)) return `everyRequestEnds: question ${number} has ${ends.length} ends`;
    if (good && heard === 0 && ends[0]?.includes('"reply"') === true)
      return `answersTrue: question ${number} was never asked`;
  }
  return timers === 0 ? undefined : `leavesNothing: ${timers} timers`;
};

/** Enough happened to be worth looking at. */
export const livelinessOfPost = (outcomes: readonly Outcome[]): Readonly<Record<string, number>> => {
  const ends = outcomes.flatMap(({ questions }) => questions.flatMap(({ ends }) => ends));
  return {
    messages: outcomes.reduce((sum, { arrived }) => sum + arrived.length, 0),
    answers: ends.filter((end) => end.includes('"reply"')).length,
    timeouts: ends.filter((end) => end.includes('timeout')).length,
    gone: ends.filter((end) => end.includes('gone')).length,
  };
};
