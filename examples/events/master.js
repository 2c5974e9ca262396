// Logs crashes, the number of serving slots and signals, and restarts by rules of its own. Keeps the events in a file, and reports the crashes of the run before.
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cluster$,
  decodeEvent,
  eventFormat,
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
const journal = join(import.meta.dirname, 'events.log');

// The first line of the file names the format, and each other line is an event. A line that was cut off is no JSON.
const parse = (line) => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
const [head, ...lines] = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').map(parse) : [];
if (head?.format === eventFormat) {
  const crashes = lines.map(decodeEvent).filter((event) => event?.type === 'exit' && !event.requested);
  console.log(`the run before had ${crashes.length} crashes`);
}
const file = createWriteStream(journal).on('error', console.error);
file.write(`${JSON.stringify({ format: eventFormat })}\n`);
events$.subscribe((event) => file.write(`${JSON.stringify(event)}\n`));

cluster$({ exec, pid, log: false, signals: { SIGUSR2: false } }).subscribe({
  error: (error) => {
    console.error(error instanceof ForkLimitError ? `no worker can run: ${error.message}` : error);
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

// Several deploys within half a second cause one restart.
signal$('SIGUSR2').pipe(debounceTime(500)).subscribe(restart$);

// Uses the result of a restart.
signal$('SIGALRM').subscribe(async () => {
  const { outcome, kept, cause } = await restart();
  console.log(outcome, kept, cause?.why);
});

// Shuts down after an hour. On SIGPIPE it shuts down at once, and kills the workers if that takes more than 2 s.
const end$ = events$.pipe(filter(is('end')));
timer(3_600_000).pipe(takeUntil(end$)).subscribe(shutdown$);
signal$('SIGPIPE').subscribe(async () => {
  timer(2_000)
    .pipe(takeUntil(end$))
    .subscribe(() => forceShutdown());
  await shutdown();
  console.log('all gone');
});
