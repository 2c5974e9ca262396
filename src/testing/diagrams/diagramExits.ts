import { isRecord } from '../../validation/isRecord.js';
import type { Rule } from '../../validation/rule.js';

/** How a worker exits: with this code, by this signal, or that it cannot be started. */
export type DiagramExit = number | string;

/** The option `exits`: how workers exit, by their numbers, where that is no usual crash (code 1). */
export const exitsRule: Rule = {
  accepts: (value) =>
    isRecord(value) && Object.entries(value).every(([worker, exit]) => /^[1-9]\d*$/.test(worker) && isExit(exit)),
  expected: 'exit codes, signals or "not started", by the numbers of the workers, such as {"2":7,"3":"SIGSEGV"}',
};

const isExit = (value: unknown): value is DiagramExit =>
  typeof value === 'number'
    ? Number.isInteger(value) && value >= 0 && value <= 255
    : value === 'not started' || (typeof value === 'string' && /^SIG[A-Z\d]+$/.test(value));

/** By the numbers of the workers. */
export const exitsOf = (value: unknown): ReadonlyMap<number, DiagramExit> =>
  new Map(
    Object.entries(isRecord(value) ? value : {}).flatMap(([worker, exit]) =>
      isExit(exit) ? [[Number(worker), exit] as const] : [],
    ),
  );
