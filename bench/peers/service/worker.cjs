// The service that every peer runs. It is CommonJS because some of them load it with require().
const { appendFileSync, readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { connect } = require('node:net');

const { PEERS_PORT, PEERS_CENSUS, PEERS_RELEASE, PEERS_BOOTS } = process.env;
const { work, boot, broken, modules = [] } = JSON.parse(readFileSync(PEERS_RELEASE, 'utf8'));

appendFileSync(PEERS_BOOTS, `${process.pid}\n`);
if (broken) throw new Error('this release is broken');
for (const name of modules) require(name);

const answer = (response) => response.end(`${process.pid}\n`);
const server = createServer((_, response) => {
  if (work === 0) answer(response);
  else setTimeout(answer, work, response);
});

/** Tells the census whether it listens; that it has died is told by the kernel, which closes the connection. Nothing here keeps it alive. */
const census = connect({ port: Number(PEERS_CENSUS), host: '127.0.0.1', noDelay: true });
census.on('error', () => {}).unref();

let listening = false;
const look = () => {
  if (server.listening === listening) return;
  listening = server.listening;
  census.write(`${JSON.stringify({ pid: process.pid, listening, at: Date.now(), age: process.uptime() * 1_000 })}\n`);
};
server.on('listening', look);
setInterval(look, 5).unref();

setTimeout(() => server.listen(Number(PEERS_PORT), '127.0.0.1'), boot);
