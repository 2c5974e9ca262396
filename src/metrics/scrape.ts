import { clusterFamilies } from './clusterFamilies.js';
import { collectors, takeAnswer } from './collectors.js';
import { type Family, namesOf } from './family.js';
import { type Format, formatFamilies } from './format.js';
import { masterLoop } from './masterLoop.js';
import { sampling } from './sampling.js';

const loop = masterLoop();

/** Whether workers are sampled, for all clusters of this process. */
export const samples = sampling({
  started: loop.begin,
  answered: takeAnswer,
  stopped: () => {
    loop.end();
    for (const { samples } of collectors.values()) samples.pause();
  },
});

/** The metrics of all clusters of this process, as they are known now; `undefined` if none has metrics. Asks nobody. */
export const scrape = (format: Format): string | undefined => {
  const served = [...collectors.values()].filter(({ settings }) => settings.metrics !== undefined);
  if (served.length === 0) return undefined;
  samples.scraped();
  const now = performance.now();
  const own = joined([...loop.families(), ...served.flatMap((collector) => clusterFamilies(collector, now))]);
  const names = new Map<string, string>(
    own.flatMap((family) => namesOf(family).map((name) => [name, 'this library'] as const)),
  );
  const ofApplications = served.flatMap(({ application }) =>
    application.merged().filter((family) => {
      // Applications of several clusters may have the same metric.
      const owner = `${family.type} ${family.name}`;
      const taken = namesOf(family).find((name) => (names.get(name) ?? owner) !== owner);
      if (taken === undefined) for (const name of namesOf(family)) names.set(name, owner);
      else
        application.limited(`name ${family.name}`, `${family.name}: the name ${taken} is taken by ${names.get(taken)}`);
      return taken === undefined;
    }),
  );
  return formatFamilies([...own, ...joined(ofApplications)], format);
};

/** Families of the same name become one, because a name must not be there twice. */
const joined = (families: readonly Family[]): readonly Family[] => {
  const byName = new Map<string, Family>();
  for (const family of families) {
    const known = byName.get(family.name);
    byName.set(
      family.name,
      known === undefined ? family : { ...known, samples: [...known.samples, ...family.samples] },
    );
  }
  return [...byName.values()];
};
