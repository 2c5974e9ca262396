import type { Row } from '../../drawing/picture.js';
import { isOutput } from '../../drawing/rowKind.js';
import { nearest } from '../../validation/nearest.js';
import { showValue } from '../../vocabulary/errors.js';
import { catchable } from '../../vocabulary/signals.js';
import { behaviourNames, behaviourOf } from './behaviourNames.js';
import { inputExamples, isInput } from './diagramInputs.js';
import { isTraffic } from './diagramTraffic.js';
import { isLoad } from './shareLoad.js';

/** What a row is about. */
export type RowKind = Row['kind'];

/** What the row with this name is about; `undefined` if no row has this name. */
export const kindOf = (name: string): RowKind | undefined => {
  if (isLife(name)) return 'worker';
  if (isOutput(name)) return 'output';
  return isInput(name) || isTraffic(name) || isLoad(name) || behaviourOf(name) !== undefined ? 'input' : undefined;
};

const isLife = (name: string): boolean => life.test(name);

/** With the name of the cluster, where there are several. */
const life = /^(?:\w[\w-]*: )?worker ([1-9]\d*), slot [1-9]\d*$/;

/** The number of the worker whose life a row is; NaN for any other row. */
export const workerOf = (name: string): number => Number(life.exec(name)?.[1]);

const trafficExamples = ['request 8ms', 'observe 5ms', 'load 3'];
const outputExamples = [
  'messages$',
  'cmd m',
  'route m',
  'unrouted',
  'replies',
  'timeout',
  'gone',
  'observed',
  'topic t',
];
const topicExamples = ['publishes t', 'subscribes t'];

/** Says what a row can be called. */
export const whyNoRow = (name: string): string => {
  const [, id = '', what = ''] = /^worker (\d+) (\w.*)$/.exec(name) ?? [];
  return id === '' ? whyNoInput(name) : whyNoBehaviour(name, id, what);
};

const whyNoInput = (name: string): string => {
  const [word = '', ...rest] = name.split(' ');
  const words = [
    ...inputExamples.map((example) => example.split(' ')[0] ?? ''),
    'worker',
    ...trafficExamples.map((example) => example.split(' ')[0] ?? ''),
    ...outputExamples.map((example) => example.split(' ')[0] ?? ''),
    ...catchable,
  ];
  const near = nearest(word, words);
  return withHint(
    `expected a signal or command such as ${inputExamples.join(', ')}; ${trafficExamples.join(', ')}; a row of the master: ${outputExamples.join(', ')}; 'worker 1, slot 1', or 'worker 1 rss 600M', got ${showValue(name)}`,
    near === undefined || near === word ? undefined : [near, ...rest].join(' '),
  );
};

const whyNoBehaviour = (name: string, id: string, what: string): string => {
  const names = [...behaviourNames, ...topicExamples];
  const near = nearest(what, names);
  return withHint(
    `expected ', slot …' behind the number of the worker, or one of ${names.join(', ')}, got ${showValue(name)}`,
    near === undefined ? undefined : `worker ${id} ${near}`,
  );
};

const withHint = (problem: string, near: string | undefined): string =>
  near === undefined ? problem : `${problem}. Did you mean '${near}'?`;
