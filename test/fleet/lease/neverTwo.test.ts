import { Subscription, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { lease$ } from '../../../src/fleet/lease/lease.js';
import { now } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';

const ttl = 10_000;
const runs = 25;

/** Random numbers from 0 to 1 that a seed repeats. */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

interface Hold {
  readonly host: string;
  readonly token: number;
  readonly from: number;
  to: number;
}

/** A few minutes of hosts that want one lease, while hosts and the store are cut off, die and come back. Returns who held it from when to when. */
const holdsOf = (seed: number, hosts: number): readonly Hold[] => {
  const random = seeded(seed);
  const upTo = (max: number) => Math.floor(random() * max);
  const holds: Hold[] = [];
  new TestScheduler(() => undefined).run(({ flush }) => {
    const servers = simulatedStore({
      latency: () => (random() < 0.05 ? upTo(3_000) : 1 + upTo(50)),
      holds: () => random() < 0.5,
      ttl: { leases: ttl },
    });
    const lives = new Map<string, Subscription>();
    const begin = (host: string, life: number) => {
      let hold: Hold | undefined;
      const end = () => {
        if (hold !== undefined) hold.to = now();
        hold = undefined;
      };
      const wanting = lease$(servers.host(host), 'leader', `${host} ${life}`, ttl, { now }).subscribe((lease) => {
        end();
        if (lease !== undefined) holds.push((hold = { host, token: lease.token, from: now(), to: Infinity }));
      });
      lives.set(host, new Subscription(end));
      lives.get(host)?.add(wanting);
    };
    const names = Array.from({ length: hosts }, (_, index) => `host${index}`);
    for (const name of names) begin(name, 0);

    const faults = [
      (host: string) => {
        servers.cut(host);
        timer(upTo(30_000)).subscribe(() => servers.heal(host));
      },
      (host: string) => {
        servers.kill(host);
        lives.get(host)?.unsubscribe();
        begin(host, now());
      },
      (host: string) => {
        lives.get(host)?.unsubscribe();
        begin(host, now());
      },
      () => {
        servers.stop();
        timer(upTo(20_000)).subscribe(() => servers.start());
      },
    ];
    for (let at = 1_000; at < 180_000; at += upTo(10_000))
      timer(at).subscribe(() => faults[upTo(faults.length)]?.(names[upTo(hosts)] ?? ''));
    timer(200_000).subscribe(() => {
      for (const life of lives.values()) life.unsubscribe();
    });
    flush();
  });
  return holds;
};

test('no two hosts hold a lease at one time, and tokens grow', { timeout: 60_000 }, () => {
  let total = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const holds = holdsOf(seed, 3 + (seed % 8));
    total += holds.length;
    const wrong = holds.filter((hold, index) => {
      const before = holds[index - 1];
      return before !== undefined && (before.to > hold.from || before.token >= hold.token);
    });
    expect(wrong, `seed ${seed}`).toEqual([]);
  }
  expect(total).toBeGreaterThan(3 * runs);
});
