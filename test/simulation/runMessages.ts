import { concat, EMPTY, interval, map, type Observable, of, Subject, take, tap, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { answered } from '../../src/operators/messages/answered.js';
import { observed } from '../../src/operators/messages/observed.js';
import { type Conversations, conversations, type Reply } from '../../src/channel/conversations.js';
import { inbox } from '../../src/channel/inbox.js';
import type { Frame, Batch, Acknowledgement, TopicFrame } from '../../src/channel/frames.js';
import { type Outbox, outbox } from '../../src/channel/outbox.js';
import { messageCopier } from '../../src/channel/copyMessage.js';
import { topicRouter, type TopicMessage } from '../../src/channel/topicRouter.js';
import { frameWriter } from '../../src/channel/frameWriter.js';
import type { Act, Ask, Fate, Follow, Observe, Schedule } from './messages.js';

/** What is tried out, so that a test can put something broken in its place. */
export interface Parts {
  readonly inbox: typeof inbox;
  readonly outbox: typeof outbox;
  readonly conversations: typeof conversations;
  readonly observed: typeof observed;
  readonly topicRouter: typeof topicRouter;
}

export const ours: Parts = { inbox, outbox, conversations, observed, topicRouter };

export interface Question {
  /** How often it was asked there, and what came of it here. */
  heard: number;
  readonly ends: string[];
  dropped: boolean;
}

export interface Observation {
  readonly act: Observe;
  readonly worker: number;
  /** How often it was begun there, and how many of those run. */
  started: number;
  running: number;
  /** It still runs after a long silence, without a subscriber. */
  unwanted: boolean;
  readonly values: number[];
  readonly ends: ('complete' | 'error')[];
  dropped: boolean;
  /** Values that were written, and those that are done with. */
  written: number;
  done: number;
  mostUnderWay: number;
  /** The worker has ended it, or knows that it has no subscriber. */
  over: boolean;
  writtenAfterwards: number;
}

/** What passed one way through a channel. */
interface Way {
  readonly acknowledgements: Fate[];
  /** The messages without an acknowledgement after a long silence, and at the end. */
  stopped: number;
  waiting: number;
}

export interface Member {
  sent: number;
  readonly arrived: number[];
  /** Messages that came after it had gone. */
  posthumous: number;
  readonly fromWorker: Way;
  readonly fromMaster: Way;
  /** The topics that it has ever joined. */
  readonly joined: Set<string>;
  /** What it has received, by the number of the publication, in order. */
  readonly received: { readonly publication: number; readonly joined: boolean }[];
}

export interface Publication {
  readonly topic: string;
  readonly from: number;
}

/** What came of it. */
export interface Outcome {
  readonly schedule: Schedule;
  readonly members: readonly Member[];
  readonly questions: readonly Question[];
  readonly observations: readonly Observation[];
  readonly publications: readonly Publication[];
  /** The topic frames that the master has received, in order. */
  readonly heard: readonly TopicMessage[];
  /** How often something was to be delivered to one that had gone. */
  readonly toNobody: number;
  /** When all is over. */
  readonly timers: number;
}

/** The times of a long silence, of the request to all workers to leave, and of the end, in ms. */
const [silence, closing, over] = [140, 200, 400] as const;

interface Side {
  readonly box: Outbox;
  readonly ongoing: Conversations;
  readonly say: (frame: Frame) => void;
  readonly take: (what: Batch | Acknowledgement) => void;
}

interface Hands {
  readonly transmit: (what: Batch | Acknowledgement) => void;
  readonly messages: (messages: readonly unknown[]) => void;
  /** Called for each frame that arrives; `false` if it does not belong to a conversation. */
  readonly reads: (frame: Frame) => boolean;
  readonly writes: (frame: Frame) => void;
  readonly isOpen: () => boolean;
  readonly offered: (name: string) => (() => Observable<number> | Iterable<number>) | undefined;
}

export const runMessages = (schedule: Schedule, parts: Parts = ours): Outcome => {
  const scheduler = new TestScheduler(() => undefined);
  const later = (ms: number, work: () => void) => void scheduler.schedule(work, ms);
  const afterTurn = (work: () => void) => later(0, work);

  const asked: Ask[] = [];
  const questions: Question[] = [];
  const observations: Observation[] = [];
  const publications: Publication[] = [];
  const heard: TopicMessage[] = [];
  let toNobody = 0;
  let timers = 0;
  let batches = 0;
  let acknowledgements = 0;

  const carry = (way: Way, deliver: (what: Batch | Acknowledgement) => void) => (what: Batch | Acknowledgement) => {
    const isAcknowledgement = 'acknowledged' in what;
    const fate =
      (isAcknowledgement ? schedule.acknowledgements[acknowledgements++] : schedule.fates[batches++]) ?? 'arrives';
    if (isAcknowledgement) way.acknowledgements.push(fate);
    const text = JSON.stringify(what);
    const arrive = () => deliver(JSON.parse(text));
    // What was in the pipe when the worker went is still read.
    if (fate !== 'lost') later(fate === 'late' ? 7 : 1, arrive);
    if (fate === 'twice') later(1, arrive);
    if (fate === 'again later') later(9, arrive);
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
        // The requester no longer waits.
      }
    });
  };

  const side = ({ transmit, messages, reads, writes, isOpen, offered }: Hands): Side => {
    const box = parts.outbox(transmit, { afterTurn, now: () => scheduler.now() });
    const write = frameWriter(messageCopier('json'), box);
    const say = (frame: Frame) => {
      if (!isOpen()) return;
      writes(frame);
      write(frame);
    };
    const ongoing = parts.conversations(say, { ask: answer, offered });
    const incoming = parts.inbox(
      {
        messages,
        frame: (frame) => (reads(frame) ? ongoing.take(frame) : undefined),
        lost: () => {},
        invalid: () => {},
      },
      transmit,
      afterTurn,
    );
    const take = (what: Batch | Acknowledgement) =>
      'acknowledged' in what ? box.acknowledged(what.acknowledged) : incoming.take(what);
    return { box, ongoing, say, take };
  };

  /** A worker, and what its master has for it. */
  const channel = (id: number, written$: Subject<TopicMessage>) => {
    let gone = false;
    let left = false;
    const member: Member = {
      sent: 0,
      arrived: [],
      posthumous: 0,
      fromWorker: { acknowledgements: [], stopped: 0, waiting: 0 },
      fromMaster: { acknowledgements: [], stopped: 0, waiting: 0 },
      joined: new Set(),
      received: [],
    };
    const opened = new Map<number, Observation>();
    const follows = new Map<string, number>();

    const worker: Side = side({
      // An acknowledgement is for what the other side has sent.
      transmit: carry(member.fromMaster, (what) => master.take(what)),
      messages: () => {},
      reads: (frame) => {
        if (frame.type === 'publish') {
          member.received.push({ publication: Number(frame.data), joined: member.joined.has(frame.topic) });
          return false;
        }
        const observation = frame.type === 'open' ? observations[Number(frame.name)] : undefined;
        if (frame.type === 'open' && observation !== undefined) opened.set(frame.id, observation);
        if (frame.type === 'drop') end(frame.id);
        return true;
      },
      writes: (frame) => {
        if (frame.type === 'join') member.joined.add(frame.topic);
        if (frame.type === 'value') value(frame.id);
        if (frame.type === 'end' || frame.type === 'fail') end(frame.id);
      },
      isOpen: () => !gone,
      offered: (name) => sourceOf(observations[Number(name)]),
    });
    const end = (conversation: number) => {
      const observation = opened.get(conversation);
      if (observation !== undefined) observation.over = true;
    };
    const value = (conversation: number) => {
      const observation = opened.get(conversation);
      if (observation === undefined) throw new Error('a value that nobody has asked for');
      observation.written += 1;
      if (observation.over) observation.writtenAfterwards += 1;
      observation.mostUnderWay = Math.max(observation.mostUnderWay, observation.written - observation.done);
    };

    const master: Side = side({
      transmit: carry(member.fromWorker, (what) => (gone ? undefined : worker.take(what))),
      messages: (messages) => {
        if (left) member.posthumous += messages.length;
        for (const message of messages) member.arrived.push(Number(message));
      },
      reads: (frame) => {
        if (frame.type !== 'publish' && frame.type !== 'join' && frame.type !== 'leave') return true;
        hear({ from: id, frame });
        return false;
      },
      writes: () => {},
      isOpen: () => !left,
      offered: () => undefined,
    });
    const hear = (written: TopicMessage) => {
      heard.push(written);
      written$.next(written);
    };

    const send = (many: number) => {
      for (let count = 0; count < many; count += 1) worker.box.message((member.sent += 1), 8);
    };
    const follow = ({ topic, lasts }: Follow) => {
      const count = (by: 1 | -1) => {
        const before = follows.get(topic) ?? 0;
        follows.set(topic, before + by);
        if (before + Math.min(by, 0) === 0) worker.say({ type: by === 1 ? 'join' : 'leave', topic });
      };
      count(1);
      if (lasts !== undefined) later(lasts, () => count(-1));
    };
    const act = (one: Act) => {
      if (gone) return;
      if (one.what === 'send') send(one.many);
      else if (one.what === 'ask') ask(one, one.by === 'worker' ? worker : master);
      else if (one.what === 'follow') follow(one);
      else if (one.what === 'observe') observe(one, id, master);
      else {
        for (let count = 0; count < one.many; count += 1) {
          const data = publications.push({ topic: one.topic, from: id }) - 1;
          worker.say({ type: 'publish', topic: one.topic, data });
        }
      }
    };
    const leave = (graceful: boolean) => {
      if (gone) return;
      if (graceful) worker.box.flush();
      gone = true;
      worker.ongoing.end();
      // Its disconnect is heard after what is in the pipe.
      later(10, () => {
        left = true;
        master.ongoing.end();
        hear({ from: id, frame: { type: 'disconnected' } });
      });
    };
    const lookForStops = () => {
      if (gone) return;
      member.fromWorker.stopped = worker.box.size();
      member.fromMaster.stopped = master.box.size();
      if (worker.box.size() === 0) return;
      // As with `process.send`: a sender that is stopped continues after an acknowledgement of what follows.
      worker.box.flush();
      send(1_500);
      worker.box.flush();
      later(20, () => send(1));
    };
    const lookAtLast = () => {
      if (gone) return;
      member.fromWorker.waiting = worker.box.size();
      member.fromMaster.waiting = master.box.size();
    };
    const deliver = (frame: TopicFrame) => {
      if (left) toNobody += 1;
      else master.say(frame);
    };
    return { member, act, leave, lookForStops, lookAtLast, deliver };
  };

  const ask = (one: Ask, { ongoing }: Side) => {
    const question: Question = { heard: 0, ends: [], dropped: false };
    const number = questions.push(question) - 1;
    asked.push(one);
    const ends$: Observable<unknown> = ongoing.converse({ type: 'ask', message: number }).pipe(answered(one.timeout));
    const waiting = ends$.subscribe((end) => question.ends.push(JSON.stringify(end)));
    if (one.patience === undefined) return;
    later(one.patience, () => {
      question.dropped = question.ends.length === 0;
      waiting.unsubscribe();
    });
  };

  const sourceOf = (observation?: Observation) => {
    if (observation === undefined || observation.act.source === 'nothing') return undefined;
    const { source, values = Infinity, fails, every } = observation.act;
    const failing = () => {
      if (fails) throw new Error('mine');
    };
    const pulled = function* () {
      observation.running += 1;
      try {
        for (let value = 1; value <= values; value += 1) yield value;
        failing();
      } finally {
        observation.running -= 1;
      }
    };
    const pushed = concat(
      interval(every, scheduler).pipe(
        take(values),
        map((index) => index + 1),
      ),
      fails ? throwError(() => new Error('mine')) : EMPTY,
    ).pipe(tap({ subscribe: () => (observation.running += 1), finalize: () => (observation.running -= 1) }));
    return () => {
      observation.started += 1;
      return source === 'pulled' ? pulled() : pushed;
    };
  };

  const observe = (one: Observe, worker: number, { ongoing }: Side) => {
    const observation: Observation = {
      act: one,
      worker,
      started: 0,
      running: 0,
      unwanted: false,
      values: [],
      ends: [],
      dropped: false,
      written: 0,
      done: 0,
      mostUnderWay: 0,
      over: false,
      writtenAfterwards: 0,
    };
    const name = String(observations.push(observation) - 1);
    const project = (value: unknown) =>
      (one.slow === 0 ? of(Number(value)) : timer(one.slow, scheduler).pipe(map(() => Number(value)))).pipe(
        tap({ complete: () => (observation.done += 1) }),
      );
    const observing = parts.observed(ongoing.converse, name, one.credit, project).subscribe({
      next: (value) => observation.values.push(value),
      error: () => observation.ends.push('error'),
      complete: () => observation.ends.push('complete'),
    });
    if (one.patience === undefined) return;
    later(one.patience, () => {
      observation.dropped = observation.ends.length === 0;
      observing.unsubscribe();
    });
  };

  let members: readonly Member[] = [];
  scheduler.run(() => {
    const written$ = new Subject<TopicMessage>();
    const channels = schedule.leaves.map((_, id) => channel(id, written$));
    members = channels.map(({ member }) => member);
    written$.pipe(parts.topicRouter()).subscribe(({ to, frame }) => channels[to]?.deliver(frame));
    for (const one of schedule.acts) later(one.at, () => channels[one.worker % channels.length]?.act(one));
    for (const [id, { leave, lookForStops, lookAtLast }] of channels.entries()) {
      const { at, graceful } = schedule.leaves[id] ?? { at: closing, graceful: true };
      later(at, () => leave(graceful));
      later(silence, lookForStops);
      later(closing - 1, lookAtLast);
    }
    later(silence, () => {
      for (const one of observations) one.unwanted = one.running > 0 && (one.dropped || one.ends.length > 0);
    });
    later(over, () => {
      timers = scheduler.actions.filter(({ closed }) => !closed).length;
      scheduler.actions.splice(0);
    });
  });
  return { schedule, members, questions, observations, publications, heard, toNobody, timers };
};
