import { kill, until } from '../processes.js';
import { onStage } from '../stage.js';

/** The master alone gets SIGKILL. */
export const run = (how) =>
  onStage({ ...how, release: { work: 50, boot: 0 } }, async ({ master, census, complete }) => {
    await complete();
    const begun = performance.now();
    kill(master.pid);
    const gone = await until(() => census.present.size === 0, 5_000);
    const time = Math.round(performance.now() - begun);
    return { orphans: census.present.size, gone: gone ? time : null };
  });

export const columns = {
  'workers left after 5 s': ({ orphans }) => orphans,
  'the last one went after': ({ gone }) => (gone === null ? '—' : `${gone} ms`),
};
