import type { Schedule } from './schedule.js';

const rules: Schedule['rules'] = {
  worker: 1,
  maxSurge: 1,
  maxBooting: 'any',
  leader: false,
  ready: 'auto',
  respawn: 'permanent',
  maxForkCount: 1,
  minUptime: 30,
  backoff: { initial: 1, factor: 1, max: 1, jitter: 0 },
  disconnectTimeout: 10,
  readyTimeout: 10,
  minReadyTime: 1,
};

/** Schedules that once failed and that chance seldom finds again, by what was wrong with them. */
export const found: Readonly<Record<string, Schedule>> = {
  'a restart that is asked for inside the last shutdown is answered': {
    rules: { ...rules, respawn: 'temporary' },
    workers: [{ saysReady: 2, crashes: { after: 1, code: 0 } }],
    others: {},
    commands: [{ act: 'restart', on: 'shutdown', nth: 1 }],
    sizes: [],
    until: 30,
    random: 0,
  },
  'slots that a shutdown frees together do not each decide on a respawn': {
    rules: { ...rules, worker: 8, maxBooting: 1, minUptime: 4, disconnectTimeout: 0, readyTimeout: 3, minReadyTime: 0 },
    workers: [{ saysReady: 2 }, { saysReady: 2 }],
    others: { saysReady: 2, crashes: { after: 3, code: 0 } },
    commands: [{ act: 'restart', at: 0, late: false }],
    sizes: [],
    until: 30,
    random: 0,
  },
  'a shutdown that is asked for inside the news of a signal is told once': {
    rules: { ...rules, disconnectTimeout: 0, readyTimeout: 2, minReadyTime: 0 },
    workers: [],
    others: { saysReady: 2 },
    commands: [
      { act: 'SIGUSR2', at: 0, late: false },
      { act: 'SIGINT', at: 0, late: true },
      { act: 'SIGINT', at: 1, late: true },
      { act: 'shutdown', on: 'signal', nth: 3 },
      { act: 'SIGUSR2', at: 0, late: false },
    ],
    sizes: [],
    until: 30,
    random: 0,
  },
  'a request that waits while all is torn down is not let in over and over': {
    rules: { ...rules, maxForkCount: 6 },
    workers: [],
    others: { saysReady: 2 },
    commands: [
      { act: 'unsubscribe', on: 'replace-begin', nth: 1 },
      { act: 'restart', on: 'fork', nth: 1 },
    ],
    sizes: [],
    until: 60,
    random: 0,
  },
  'a restart inside the very first fork reaches its slot': {
    rules: { ...rules, worker: 2, ready: 'listening', maxForkCount: 5, disconnectTimeout: 2, readyTimeout: 3 },
    workers: [],
    others: { saysReady: 2 },
    commands: [{ act: 'restart', on: 'fork', nth: 1 }],
    sizes: [],
    until: 150,
    random: 0.5,
  },
  'a worker that is never ready does not keep the others from booting': {
    rules: { ...rules, worker: 2, maxBooting: 1, ready: 'listening', readyTimeout: 5 },
    workers: [{ listening: false }],
    others: {},
    commands: [],
    sizes: [],
    until: 150,
    random: 0.5,
  },
};
