import type { Schedule } from './messages.js';
import type { Member, Observation, Outcome, Publication, Question } from './runMessages.js';

const isGood = ({ fates }: Schedule): boolean => fates.length === 0;

/** Where it may lose something by leaving. */
const leavesAbruptly = ({ leaves }: Schedule, worker: number): boolean => leaves[worker]?.graceful === false;

/** Without an acknowledgement nothing comes but what is acknowledged along by something else. */
const hasStopped = (members: readonly Member[], worker: number): boolean => {
  const { fromWorker, fromMaster } = members[worker] ?? {};
  return [fromWorker, fromMaster].some((way) => way !== undefined && way.stopped > 0);
};

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));

const messages = ({ schedule, members }: Outcome): string | undefined => {
  for (const [worker, { sent, arrived, posthumous }] of members.entries()) {
    if (!isAscending(arrived)) return `atMostOnce, inOrder: messages of worker ${worker}`;
    // Lost acknowledgements lose nothing: who leaves takes all of it along.
    if (isGood(schedule) && !leavesAbruptly(schedule, worker) && arrived.length !== sent)
      return `nothingLost: ${sent} were sent by worker ${worker}, ${arrived.length} arrived`;
    if (posthumous > 0) return `beforeTheExit: ${posthumous} of worker ${worker} came after it`;
  }
  return undefined;
};

/** Whoever has had the last acknowledgement does not wait, whatever became of those before. */
const acknowledgements = ({ schedule, members }: Outcome): string | undefined => {
  if (!isGood(schedule)) return undefined;
  for (const [worker, { fromWorker, fromMaster }] of members.entries()) {
    for (const way of [fromWorker, fromMaster]) {
      if (way.waiting > 0 && way.acknowledgements.at(-1) !== 'lost')
        return `goesOn: ${way.waiting} wait at worker ${worker}, though the last acknowledgement came`;
    }
  }
  return undefined;
};

/** To the end: neither does it leave, nor is anybody stopped. */
const staysReachable = ({ schedule, members }: Outcome, worker: number): boolean =>
  schedule.leaves[worker] === undefined && !hasStopped(members, worker);

const question = (number: number, { heard, ends, dropped }: Question, good: boolean): string | undefined => {
  if (heard > 1) return `askedOnce: question ${number} was asked ${heard} times`;
  if (ends.length !== (dropped ? 0 : 1)) return `everyRequestEnds: question ${number} has ${ends.length} ends`;
  if (good && heard === 0 && ends[0]?.includes('"reply"') === true)
    return `answersTrue: question ${number} was never asked`;
  return undefined;
};

const observation = (number: number, one: Observation, outcome: Outcome): string | undefined => {
  const { schedule, members } = outcome;
  const { act, started, values, ends, dropped, mostUnderWay, writtenAfterwards, worker } = one;
  const good = isGood(schedule);
  if (started > 1) return `begunOnce: stream ${number} was begun ${started} times`;
  if (ends.length !== (dropped ? 0 : 1)) return `everyStreamEnds: stream ${number} has ${ends.length} ends`;
  if (writtenAfterwards > 0) return `endsForGood: ${writtenAfterwards} values of stream ${number} after its end`;
  if (mostUnderWay > act.credit) return `withinCredit: ${mostUnderWay} values of stream ${number} were under way`;
  if (!isAscending(values)) return `atMostOnce, inOrder: values of stream ${number}`;
  if (good && values.length > 0 && values.at(-1) !== values.length) return `noGap: values of stream ${number}`;
  if (good && one.unwanted && !hasStopped(members, worker)) return `stopsThere: stream ${number}, which nobody wants`;
  if (!good || dropped || !staysReachable(outcome, worker)) return undefined;
  const [end] = ends;
  if (act.source === 'nothing') return end === 'error' ? undefined : `nothingThere: stream ${number}`;
  if (act.values === undefined) return end === 'complete' ? undefined : `completes: stream ${number}`;
  // An error does not wait for values that do, as everywhere in RxJS; a generator throws when it is asked for the next.
  const overtaken = act.fails && act.source === 'pushed';
  if (values.length !== act.values && !overtaken)
    return `whole: stream ${number} had ${values.length} of ${act.values} values`;
  return end === (act.fails ? 'error' : 'complete') ? undefined : `endsAsItDid: stream ${number}`;
};

/** Who follows a topic when the master hears of a publication. */
const followers = ({ heard }: Outcome): ReadonlyMap<number, ReadonlySet<number>> => {
  const found = new Map<number, ReadonlySet<number>>();
  const follow = new Set<string>();
  for (const { from, frame } of heard) {
    if (frame.type === 'join') follow.add(`${from} ${frame.topic}`);
    if (frame.type === 'leave') follow.delete(`${from} ${frame.topic}`);
    if (frame.type === 'disconnected') for (const topic of ['prices', '__proto__']) follow.delete(`${from} ${topic}`);
    if (frame.type === 'publish') {
      const to = [0, 1, 2].filter((worker) => follow.has(`${worker} ${frame.topic}`));
      found.set(Number(frame.data), new Set(to));
    }
  }
  return found;
};

const received = (
  worker: number,
  { received: all }: Member,
  publications: readonly Publication[],
  meant: ReadonlyMap<number, ReadonlySet<number>>,
): string | undefined => {
  const numbers = all.map(({ publication }) => publication);
  for (const from of [0, 1, 2]) {
    const theirs = numbers.filter((number) => publications[number]?.from === from);
    if (!isAscending(theirs)) return `atMostOnce, inOrder: what ${from} published for ${worker}`;
  }
  if (!all.every(({ joined }) => joined)) return `joined: ${worker} never joined what it was sent`;
  if (!numbers.every((number) => meant.get(number)?.has(worker) === true))
    return `followersAlone: ${worker} was sent what it does not follow`;
  return undefined;
};

const topics = (outcome: Outcome): string | undefined => {
  const { schedule, members, publications, toNobody } = outcome;
  if (toNobody > 0) return `followersAlone: ${toNobody} to somebody who has gone`;
  const meant = followers(outcome);
  for (const [worker, member] of members.entries()) {
    const wrong = received(worker, member, publications, meant);
    if (wrong !== undefined) return wrong;
    if (!isGood(schedule)) continue;
    const published = [...publications.keys()].filter((one) => publications[one]?.from === worker);
    if (!leavesAbruptly(schedule, worker) && !published.every((one) => meant.has(one)))
      return `nothingLost: the master has not heard all that ${worker} published`;
    const due = [...meant.values()].filter((to) => to.has(worker)).length;
    if (staysReachable(outcome, worker) && member.received.length !== due)
      return `allFollowers: ${worker} was sent ${member.received.length} of ${due}`;
  }
  return undefined;
};

const first = <T>(all: readonly T[], check: (number: number, one: T) => string | undefined): string | undefined =>
  all.map((one, number) => check(number, one)).find((wrong) => wrong !== undefined);

/** What must hold, whatever happens. */
export const violationOfMessages = (outcome: Outcome): string | undefined => {
  const { schedule, questions, observations, timers } = outcome;
  const running = observations.filter((one) => one.running > 0).length;
  if (running > 0 || timers > 0) return `leavesNothing: ${running} sources and ${timers} timers`;
  return (
    messages(outcome) ??
    acknowledgements(outcome) ??
    first(questions, (number, one) => question(number, one, isGood(schedule))) ??
    first(observations, (number, one) => observation(number, one, outcome)) ??
    topics(outcome)
  );
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Enough happened to be worth looking at. */
export const progressOfMessages = (outcomes: readonly Outcome[]): Readonly<Record<string, number>> => {
  const ends = outcomes.flatMap(({ questions }) => questions.flatMap((one) => one.ends));
  const observations = outcomes.flatMap((outcome) => outcome.observations);
  const members = outcomes.flatMap((outcome) => outcome.members);
  const ways = members.flatMap(({ fromWorker, fromMaster }) => [fromWorker, fromMaster]);
  return {
    messages: sum(members.map(({ arrived }) => arrived.length)),
    answers: ends.filter((end) => end.includes('"reply"')).length,
    timeouts: ends.filter((end) => end.includes('timeout')).length,
    gone: ends.filter((end) => end.includes('gone')).length,
    published: sum(members.map(({ received: all }) => all.length)),
    streams: observations.filter(({ values, ends: [end] }) => values.length > 0 && end === 'complete').length,
    failed: observations.filter(({ ends: [end] }) => end === 'error').length,
    unsubscribed: observations.filter(({ dropped, values }) => dropped && values.length > 0).length,
    inCredit: observations.filter(({ mostUnderWay, act }) => act.credit > 1 && mostUnderWay === act.credit).length,
    lostAcknowledgements: ways.filter(({ acknowledgements: fates }) => fates.includes('lost')).length,
  };
};

/** How often a sender was stopped for want of an acknowledgement, and how often one of those that were lost was made good. */
export const stopsOfMessages = (outcomes: readonly Outcome[]): Readonly<Record<'stopped' | 'madeGood', number>> => {
  const members = outcomes.filter(({ schedule }) => isGood(schedule)).flatMap((outcome) => outcome.members);
  return {
    stopped: members.filter(({ fromWorker }) => fromWorker.stopped > 0).length,
    madeGood: members.filter(
      ({ sent, fromWorker: { acknowledgements: fates, waiting } }) =>
        sent > 4_096 && waiting === 0 && fates.slice(0, -1).includes('lost'),
    ).length,
  };
};
