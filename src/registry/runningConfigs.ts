import { runningClusters$ } from './runningClusters.js';

/** The options of the clusters that run in this process, by name: without the environment, with secrets masked. */
export const runningConfigs = (): Readonly<Record<string, Readonly<Record<string, unknown>>>> =>
  Object.fromEntries(runningClusters$.value.map(({ name, config }) => [name, config]));
