import { join } from 'node:path';
import { cluster$, describeEvent } from 'proteus-cluster';

const port = process.env.PORT ?? '8080';
const pid = join(import.meta.dirname, 'master.pid');

const hint = `
  http://127.0.0.1:${port}/ is served.

  restart   kill -USR2 ${process.pid}
  stop      Ctrl-C, or kill ${process.pid}
  pid file  ${pid}
`;

const tell = (event) => {
  const [level, sentence] = describeEvent(event) ?? ['debug'];
  if (level !== 'debug') console.log(sentence);
  if (event.type === 'started') console.log(hint);
};

const conf = {
  exec: join(import.meta.dirname, 'worker.js'),
  pid,
  env: { PORT: port },
  ready: 'listening',
  maxForkCount: 5, // give up soon: if the port is taken, a hundred attempts do not help
  log: false,
};

cluster$(conf).subscribe({
  next: tell,
  error: (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
});
