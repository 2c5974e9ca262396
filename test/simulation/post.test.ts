import * as fc from 'fast-check';
import { distinctUntilChanged, filter, mergeMap } from 'rxjs';
import { expect, test } from 'vitest';
import { observed } from '../../src/operators/observed.js';
import { correspondence } from '../../src/post/correspondence.js';
import { inbox } from '../../src/post/inbox.js';
import type { Receipt } from '../../src/post/letters.js';
import { outbox } from '../../src/post/outbox.js';
import { switchboard } from '../../src/post/switchboard.js';
import { livelinessOfPost, stopsOfPost, violationOfPost } from './invariantsOfPost.js';
import { type Schedule, schedules } from './post.js';
import { type Outcome, ours, type Parts, runPost } from './runPost.js';
import { firstSeed } from './simulate.js';
import { verifyTrial } from './verify.js';

const runs = Number(process.env['SCHEDULES'] ?? 10_000) / 10;

const show = (outcome: Outcome) =>
  JSON.stringify({
    ...outcome,
    members: outcome.members.map((member) => ({ ...member, arrived: member.arrived.length })),
  });

test('messages, requests, topics and streams over channels that lose, delay and repeat, with workers that leave: at most once, in order, and everything ends', () => {
  const outcomes: Outcome[] = [];
  const verified = verifyTrial(
    {
      schedules,
      run: (schedule: Schedule) => runPost(schedule),
      check: (outcome: Outcome) => {
        outcomes.push(outcome);
        return violationOfPost(outcome);
      },
      show,
    },
    runs,
    firstSeed,
  );
  expect(verified).toBe(runs);
  for (const count of Object.values(livelinessOfPost(outcomes))) expect(count).toBeGreaterThan(runs / 25);
  for (const count of Object.values(stopsOfPost(outcomes))) expect(count).toBeGreaterThan(runs / 500);
});

/** What is broken, in whose place it is put, and what is seen of it. */
const broken: readonly (readonly [string, Partial<Parts>, RegExp])[] = [
  [
    'a parcel is opened whenever it comes',
    {
      inbox: (reader, ...rest) => {
        let fresh = inbox(reader, ...rest);
        return {
          take: (parcel) => {
            fresh.take(parcel);
            fresh = inbox(reader, ...rest);
          },
        };
      },
    },
    /atMostOnce, inOrder: messages/,
  ],
  ['nobody says how far it has come', { inbox: (reader, _, soon) => inbox(reader, () => {}, soon) }, /goesOn/],
  [
    'a receipt says no more than what is new',
    {
      inbox: (reader, send, soon) => {
        let said = 0;
        const sendNew = ({ cmd, taken }: Receipt) => {
          send({ cmd, taken: taken - said });
          said = taken;
        };
        return inbox(reader, sendNew, soon);
      },
      outbox: (...all) => {
        const box = outbox(...all);
        let sum = 0;
        return { ...box, taken: (n) => box.taken((sum += n)) };
      },
    },
    /goesOn/,
  ],
  ['a flush waits for a receipt', { outbox: (...all) => ({ ...outbox(...all), flush: () => {} }) }, /nothingLost/],
  [
    'a worker that has gone is waited for',
    { correspondence: (...all) => ({ ...correspondence(...all), end: () => {} }) },
    /everyStreamEnds|leavesNothing/,
  ],
  [
    'nobody hears that a stream is not wanted any more',
    {
      correspondence: (say, ...rest) => correspondence((one) => (one.type === 'drop' ? undefined : say(one)), ...rest),
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
      switchboard: () => (written$) =>
        written$.pipe(
          filter(({ letter }) => letter.type !== 'leave'),
          switchboard(),
        ),
    },
    /followersAlone/,
  ],
  [
    'who has gone goes on getting its topics',
    {
      switchboard: () => (written$) =>
        written$.pipe(
          filter(({ letter }) => letter.type !== 'gone'),
          switchboard(),
        ),
    },
    /followersAlone/,
  ],
  [
    'what is published comes twice',
    {
      switchboard: () => (written$) =>
        written$.pipe(
          switchboard(),
          mergeMap((one) => [one, one]),
        ),
    },
    /atMostOnce, inOrder: what/,
  ],
  [
    'only the first that follows a topic gets it',
    {
      switchboard: () => (written$) =>
        written$.pipe(
          switchboard(),
          distinctUntilChanged((one, other) => one.letter === other.letter),
        ),
    },
    /allFollowers/,
  ],
];

/** The same each time: what is broken is found, or it is not. */
const samples = fc.sample(schedules, { seed: 2012, numRuns: 500 });

test.each(broken)('it is seen when %s', (_, parts, what) => {
  const found = samples.find((schedule) => {
    const violation = violationOfPost(runPost(schedule, { ...ours, ...parts }));
    return violation !== undefined && what.test(violation);
  });
  expect(found).toBeDefined();
});
