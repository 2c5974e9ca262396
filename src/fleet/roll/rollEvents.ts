import type { HostProgress, RollPhase, RollRecord } from '../records/roll.js';

/** A change of a roll, as plain data. */
export type RollEvent =
  | {
      readonly type: 'roll-begin';
      readonly service: string;
      readonly roll: string;
      readonly by: string;
      readonly hosts: readonly string[];
    }
  | { readonly type: 'roll-host'; readonly service: string; readonly roll: string; readonly progress: HostProgress }
  | {
      readonly type: 'roll-phase';
      readonly service: string;
      readonly roll: string;
      readonly phase: RollPhase;
      readonly why?: string;
    };

/** What has changed from one record of a service to the next. `undefined`: nothing is known of the time before. */
export const rollEvents = (before: RollRecord | undefined, record: RollRecord): readonly RollEvent[] => {
  const { service, id: roll, by, phase, why, hosts } = record;
  const previous = before?.id === roll ? before : undefined;
  const begin =
    previous === undefined
      ? [{ type: 'roll-begin', service, roll, by, hosts: hosts.map(({ host }) => host) } as const]
      : [];
  const changed = hosts
    .filter((progress, index) => hasChanged(previous?.hosts[index], progress))
    .map((progress): RollEvent => ({ type: 'roll-host', service, roll, progress }));
  const isNew = (previous?.phase ?? 'running') !== phase;
  const phases = isNew
    ? [{ type: 'roll-phase', service, roll, phase, ...(why !== undefined && { why }) } as const]
    : [];
  return [...begin, ...changed, ...phases];
};

const hasChanged = (before: HostProgress | undefined, { state, attempt, unknown }: HostProgress): boolean =>
  before === undefined
    ? state !== 'waiting'
    : before.state !== state || before.attempt !== attempt || before.unknown !== unknown;
