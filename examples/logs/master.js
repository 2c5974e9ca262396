// Writes everything that the workers write to one file, which is rotated. Warnings of slot 1 are also printed here. `kill -HUP` reopens the file.
import { join } from 'node:path';
import {
  cluster$,
  cron$,
  events$,
  is,
  LogError,
  logs$,
  atLeast,
  recentLogs,
  reopenLogs,
  writtenBy,
  writtenWithin,
} from 'proteus-cluster';
import { bufferTime, filter, merge, takeUntil } from 'rxjs';

const here = (name) => join(import.meta.dirname, name);
const begun = new Date();
const end$ = events$.pipe(filter(is('end')));

logs$
  .pipe(
    filter(atLeast('warn')),
    filter(writtenBy({ slot: 1 })),
    filter(writtenWithin({ since: begun })),
    // logs$ never completes, so the timer of bufferTime would keep the process alive.
    takeUntil(end$),
    bufferTime(1_000),
  )
  .subscribe((records) => {
    for (const { worker, msg, fields } of records) console.log(`slot ${worker.slot}: ${msg}`, fields);
  });

merge(events$.pipe(filter(is('log-dropped'))), events$.pipe(filter(is('error')))).subscribe((event) =>
  console.error(event),
);

events$.pipe(filter(is('started')), takeUntil(end$)).subscribe(({ workers }) => {
  console.log(
    `${workers} workers are ready on port ${process.env.PORT ?? 8080}. What they write is in ${here('all.log')}`,
  );
  console.log(`Try: curl localhost:${process.env.PORT ?? 8080}/slow; kill -HUP ${process.pid}; Ctrl-C`);
});

// What a worker wrote before it crashed.
events$.pipe(filter(is('departure')), takeUntil(end$)).subscribe(({ worker }) => {
  for (const { msg } of recentLogs(100).filter(writtenBy(worker))) console.error(`worker ${worker.id} wrote: ${msg}`);
});

// For a program that moves the file at midnight and sends no SIGHUP.
cron$('5 0 * * *').subscribe(() => reopenLogs());

cluster$({
  worker: 2,
  exec: here('worker.js'),
  pid: here('master.pid'),
  log: { file: here('all.log'), rotate: { size: '10M', every: 'day', keep: 7, compress: true } },
}).subscribe({
  error: (error) => {
    console.error(
      error instanceof LogError ? `the service does not start without its log: ${error.message}` : error.message,
    );
    process.exitCode = 1;
  },
});
