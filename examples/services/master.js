// A web service, a job runner and a scheduler under one master. The web service starts when the jobs are ready.
import { join } from 'node:path';
import { cluster$, describeEvent, is, messages$, cmd, send } from 'proteus-cluster';
import { filter, first, merge, share, switchMap } from 'rxjs';

const here = (name) => join(import.meta.dirname, name);
const common = { pid: here('master.pid'), log: false };

const jobs$ = cluster$({ ...common, name: 'jobs', exec: here('jobs.js'), worker: 2, ready: 'message' }).pipe(share());
const scheduler$ = cluster$({ ...common, name: 'scheduler', exec: here('scheduler.js'), worker: 1, ready: 'message' });
const web$ = cluster$({ ...common, name: 'web', exec: here('web.js'), worker: 2 });

// null: `jobs` has ended before it was ready.
const jobsReady$ = jobs$.pipe(first(is('started'), null));

merge(jobs$, scheduler$, jobsReady$.pipe(switchMap((ready) => (ready ? web$ : [])))).subscribe({
  next: (event) => {
    const [level, sentence] = describeEvent(event) ?? ['debug'];
    if (level !== 'debug') console.log(`${event.cluster}: ${sentence}`);
  },
  error: (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
  complete: () => console.log('all gone'),
});

// Passes on the jobs of the scheduler to the job runners.
messages$
  .pipe(filter(cmd('due')))
  .subscribe(({ message }) => send({ cmd: 'run', job: message.job }, { cluster: 'jobs' }));
