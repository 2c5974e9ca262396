import { randomUUID } from 'node:crypto';
import { asapScheduler, defer, observeOn, Subject, tap } from 'rxjs';
import { runningConfigs } from '../../config.js';
import { events$, stats$ } from '../../index.js';
import { ownVersion } from '../../version.js';
import { askRelease } from '../membership/askRelease.js';
import { type Identity, ownRecord } from '../membership/ownRecord.js';
import type { MemberRecord } from '../records/member.js';
import type { HealthGate } from '../roll/driveRoll.js';
import { restartService } from '../roll/restartService.js';
import { codeRelease } from './codeRelease.js';
import type { FleetMaster } from './joinFleet.js';

export interface MasterOptions {
  readonly host: string;
  /** What the code of a service calls itself. Default: the version in its package.json. */
  readonly release?: ((service: string) => string) | undefined;
  readonly gate?: HealthGate | undefined;
}

/** This process as a member of a fleet. */
export const thisMaster = ({ host, release = releaseOnDisk, gate }: MasterOptions): FleetMaster => {
  const identity: Identity = {
    host,
    instance: randomUUID(),
    pid: process.pid,
    version: ownVersion(),
    since: Date.now(),
  };
  let last: MemberRecord = { format: 1, ...identity, services: {} };
  const problem$ = new Subject<string>();
  const ask = askRelease(release, (problem) => problem$.next(problem));
  const record$ = defer(() => events$.pipe(ownRecord(identity, ask))).pipe(tap((record) => (last = record)));
  const serviceOf = (service: string) => (Object.hasOwn(last.services, service) ? last.services[service] : undefined);
  const now = (service: string) => {
    const { release: called, crashes } = serviceOf(service) ?? {};
    return { crashes, release: called === '' ? undefined : called };
  };
  return {
    host,
    instance: identity.instance,
    record$,
    // Later: with a configuration file it becomes an event of the clusters, and it comes while such an event is handled.
    problem$: problem$.pipe(observeOn(asapScheduler)),
    sampling$: stats$,
    gate,
    release: (service) => now(service).release,
    restart: (service) =>
      defer(() => {
        if (serviceOf(service) !== undefined) return restartService(service, now);
        const known = Object.keys(last.services).join(', ');
        throw new Error(`${host} does not run ${service}. It runs ${known === '' ? 'nothing' : known}`);
      }),
  };
};

const releaseOnDisk = (service: string): string => {
  const { exec, cwd } = runningConfigs()[service] ?? {};
  return codeRelease(exec, cwd);
};
