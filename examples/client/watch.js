// Operates masters from another process: lists those that run, restarts one, and follows what it says.
// Start one first: npx proteus start examples/http/worker.js -d
import { connect, masters, unreadFolders } from 'proteus-cluster/client';

for (const master of await masters()) {
  const { pid, clusters } = await master.status();
  for (const { cluster, phase, ready, size } of clusters)
    console.log(`pid ${pid}: ${cluster} is ${phase}, ${ready} of ${size} workers are ready`);
}

for (const { path, problem } of unreadFolders()) console.error(`${path} is not read: ${problem}`);

// By the name of a cluster, the pid of a master, the path of a socket, or { url, token }.
const master = await connect(process.argv[2]);

const restart = master.restart();
for await (const { text } of restart) console.log(text);
const { outcome, cause } = await restart.result();
console.log(outcome, cause?.why ?? '');

for await (const line of master.events({ type: ['exit', 'backoff', 'hung'], follow: true }))
  console.log('gap' in line ? 'some events are missing' : line.text);
