/** The commands are passed as callbacks: their promise is not handled, and their arguments are no address. */
import { expect, test } from 'vitest';
import { fresh, master, workers } from './harness.js';

test('process.on(signal, restart) and timer().subscribe(shutdown) work, also where nothing runs', async () => {
  const program = master(
    fresh({ 'worker.mjs': workers.http }),
    `import { timer } from 'rxjs';
     proteus.events$.subscribe(({ type, error, cluster }) => type === 'error' && cluster === '' && tell({ type: 'early', error }));
     proteus.restart();
     process.on('SIGUSR1', proteus.restart);
     proteus.restart$.subscribe(({ why }) => tell({ type: 'asked', why }));
     setTimeout(() => {
       run({ worker: 1, exec: 'worker.mjs' });
       proteus.events$.subscribe(({ type }) => type === 'restart-end' && timer(1).subscribe(proteus.shutdown));
     }, 1);`,
  );
  expect((await program.event('early')).error?.name).toBe('NotRunningError');
  await program.event('started');
  program.signal('SIGUSR1');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('restart-end')).toMatchObject([{ result: { outcome: 'done' } }]);
  expect(program.past('asked').map(({ why }) => why)).toEqual(['restart()']);
  expect(program.past('shutdown').map(({ why }) => why)).toEqual(['shutdown()']);
});
