// A master whose workers stand behind a proxy. Told by its argument what to run; rolls when it is asked.
import { filter } from 'rxjs';
import { cluster$, is, restart } from 'proteus-cluster';

const { exec, env, config } = JSON.parse(process.argv[2]);

const running = cluster$({
  exec,
  args: [],
  pid: false,
  log: false,
  ready: 'listening',
  minReadyTime: 100,
  maxSurge: '100%',
  env,
  ...config,
})
  .pipe(filter(is('started', 'available', 'exit')))
  .subscribe((event) => process.send(event));

process.on('message', async () => process.send({ type: 'rolled', result: await restart() }));
process.on('disconnect', () => {
  running.unsubscribe();
  process.exit();
});
