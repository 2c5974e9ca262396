import * as fc from 'fast-check';
import { distinctUntilChanged, filter, mergeMap } from 'rxjs';
import { expect, test } from 'vitest';
import { observed } from '../../src/operators/messages/observed.js';
import { conversations } from '../../src/channel/conversations.js';
import { inbox } from '../../src/channel/inbox.js';
import type { Acknowledgement } from '../../src/channel/frames.js';
import { outbox } from '../../src/channel/outbox.js';
import { topicRouter } from '../../src/channel/topicRouter.js';
import { progressOfMessages, stopsOfMessages, violationOfMessages } from './invariantsOfMessages.js';
import { type Schedule, schedules } from './messages.js';
import { type Outcome, ours, type Parts, runMessages } from './runMessages.js';
import { firstSeed } from './simulate.js';
import { verifyTrial } from './verify.js';

const runs = Number(process.env['SCHEDULES'] ?? 10_000) / 10;

const show = (outcome: Outcome) =>
  JSON.stringify({
    ...outcome,
    members: outcome.members.map((member) => ({ ...member, arrived: member.arrived.length })),
  });

const parts = 5;
const outcomes: Outcome[] = [];

// In parts, each well within the time limit on a busy machine.
test.for(Array.from({ length: parts }, (_, part) => firstSeed + part))(
  'messages, requests, topics and streams over channels that lose, delay and repeat, with workers that leave: at most once, in order, and everything ends: SEED=%i',
  (seed) => {
    const verified = verifyTrial(
      {
        schedules,
        run: (schedule: Schedule) => runMessages(schedule),
        check: (outcome: Outcome) => {
          outcomes.push(outcome);
          return violationOfMessages(outcome);
        },
        show,
      },
      runs / parts,
      seed,
    );
    expect(verified).toBe(runs / parts);
  },
);

test('in these schedules everything happens often enough', () => {
  for (const count of Object.values(progressOfMessages(outcomes))) expect(count).toBeGreaterThan(runs / 25);
  for (const count of Object.values(stopsOfMessages(outcomes))) expect(count).toBeGreaterThan(runs / 500);
});

/** What is broken, in whose place it is put, and what is seen of it. */
const broken: readonly (readonly [string, Partial<Parts>, RegExp])[] = [
  [
    'a batch is opened whenever it comes',
    {
      inbox: (reader, ...rest) => {
        let fresh = inbox(reader, ...rest);
        return {
          take: (batch) => {
            fresh.take(batch);
            fresh = inbox(reader, ...rest);
          },
        };
      },
    },
    /atMostOnce, inOrder: messages/,
  ],
  [
    'nobody says how far it has come',
    { inbox: (reader, _, afterTurn) => inbox(reader, () => {}, afterTurn) },
    /goesOn/,
  ],
  [
    'an acknowledgement says no more than what is new',
    {
      inbox: (reader, send, afterTurn) => {
        let said = 0;
        const sendNew = ({ cmd, acknowledged }: Acknowledgement) => {
          send({ cmd, acknowledged: acknowledged - said });
          said = acknowledged;
        };
        return inbox(reader, sendNew, afterTurn);
      },
      outbox: (...all) => {
        const box = outbox(...all);
        let sum = 0;
        return { ...box, acknowledged: (n) => box.acknowledged((sum += n)) };
      },
    },
    /goesOn/,
  ],
  [
    'a flush waits for an acknowledgement',
    { outbox: (...all) => ({ ...outbox(...all), flush: () => {} }) },
    /nothingLost/,
  ],
  [
    'a worker that has gone is waited for',
    { conversations: (...all) => ({ ...conversations(...all), end: () => {} }) },
    /everyStreamEnds|leavesNothing/,
  ],
  [
    'nobody hears that a stream is not wanted any more',
    {
      conversations: (say, ...rest) => conversations((one) => (one.type === 'drop' ? undefined : say(one)), ...rest),
    },
    /stopsThere/,
  ],
  [
    'there is one value more under way',
    { observed: (converse, name, credit, project) => observed(converse, name, credit + 1, project) },
    /withinCredit/,
  ],
  [
    'credit is never given again',
    { observed: (converse, ...rest) => observed((opening) => converse(opening), ...rest) },
    /whole|endsAsItDid/,
  ],
  [
    'who has left a topic goes on getting it',
    {
      topicRouter: () => (written$) =>
        written$.pipe(
          filter(({ frame }) => frame.type !== 'leave'),
          topicRouter(),
        ),
    },
    /followersAlone/,
  ],
  [
    'who has gone goes on getting its topics',
    {
      topicRouter: () => (written$) =>
        written$.pipe(
          filter(({ frame }) => frame.type !== 'disconnected'),
          topicRouter(),
        ),
    },
    /followersAlone/,
  ],
  [
    'what is published comes twice',
    {
      topicRouter: () => (written$) =>
        written$.pipe(
          topicRouter(),
          mergeMap((one) => [one, one]),
        ),
    },
    /atMostOnce, inOrder: what/,
  ],
  [
    'only the first that follows a topic gets it',
    {
      topicRouter: () => (written$) =>
        written$.pipe(
          topicRouter(),
          distinctUntilChanged((one, other) => one.frame === other.frame),
        ),
    },
    /allFollowers/,
  ],
];

/** The same each time: what is broken is found, or it is not. */
const samples = fc.sample(schedules, { seed: 2012, numRuns: 500 });

test.each(broken)('it is seen when %s', (_, parts, what) => {
  const found = samples.find((schedule) => {
    const violation = violationOfMessages(runMessages(schedule, { ...ours, ...parts }));
    return violation !== undefined && what.test(violation);
  });
  expect(found).toBeDefined();
});
