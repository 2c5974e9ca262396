// Watch everything: what crashes, who is there, which signals came. And restart in a way of one's own.
import { join } from 'node:path';
import {
  cluster$,
  events$,
  ForkLimitError,
  forceShutdown,
  is,
  restart,
  restart$,
  shutdown,
  shutdown$,
  signal$,
  signals$,
  workers$,
} from 'proteus-cluster';
import { debounceTime, distinctUntilChanged, filter, map, takeUntil, timer } from 'rxjs';

const exec = join(import.meta.dirname, '../http/worker.js');
const pid = join(import.meta.dirname, 'master.pid');

cluster$({ exec, pid, log: false, signals: { SIGUSR2: false } }).subscribe({
  error: (error) => {
    console.error(error instanceof ForkLimitError ? `nothing works: ${error.message}` : error);
    process.exitCode = 1;
  },
});

events$.pipe(filter(is('exit'))).subscribe(({ worker, requested, code, signal, cause }) => {
  if (!requested) console.log(`slot ${worker.slot} lost its worker: ${cause?.message ?? signal ?? code}`);
});

signals$.subscribe(({ signal, action }) => console.log(`${signal}: ${action}`));

workers$
  .pipe(
    map((slots) => slots.filter(({ workers }) => workers.some(({ ready }) => ready)).length),
    distinctUntilChanged(),
  )
  .subscribe((serving) => console.log(`${serving} slots serve`));

// Many deploys in a row are one restart.
signal$('SIGUSR2').pipe(debounceTime(500)).subscribe(restart$);

// A restart whose result matters.
signal$('SIGALRM').subscribe(async () => {
  const { outcome, kept, cause } = await restart();
  console.log(outcome, kept, cause?.why);
});

// A service that runs for an hour at most, and does not wait for ever.
const end$ = events$.pipe(filter(is('end')));
timer(3_600_000).pipe(takeUntil(end$)).subscribe(shutdown$);
signal$('SIGPIPE').subscribe(async () => {
  timer(2_000)
    .pipe(takeUntil(end$))
    .subscribe(() => forceShutdown());
  await shutdown();
  console.log('all gone');
});
