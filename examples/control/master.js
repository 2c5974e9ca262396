// A service that is operated by `curl`, or by any program that speaks HTTP, through its control socket. deploy.js is such a program.
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { filter, take } from 'rxjs';
import { cluster$, events$, is } from 'proteus-cluster';

cluster$({
  worker: 2,
  exec: join(import.meta.dirname, 'worker.js'),
  pid: join(import.meta.dirname, 'master.pid'),
}).subscribe();

const { PROTEUS_RUNTIME_DIR, XDG_RUNTIME_DIR } = process.env;
const { uid } = userInfo();
const usual = uid === 0 ? '/run/proteus-cluster' : join(tmpdir(), `proteus-cluster-${uid}`);
const folder = PROTEUS_RUNTIME_DIR ?? (uid > 0 && XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, 'proteus-cluster') : usual);

events$.pipe(filter(is('started')), take(1)).subscribe(() => {
  const socket = join(folder, `${process.pid}.sock`);
  console.log(`Try: curl --unix-socket ${socket} http://localhost/v1/status
     curl --unix-socket ${socket} -N 'http://localhost/v1/events?follow'
     node ${join(import.meta.dirname, 'deploy.js')} ${socket}`);
});
