// Restarts a service, prints what happens, and ends with 1 if the restart is aborted: node deploy.js <socket>
import { request } from 'node:http';
import { createInterface } from 'node:readline';

const [socketPath] = process.argv.slice(2);

request({ socketPath, method: 'POST', path: '/v1/restart' }, async (response) => {
  for await (const line of createInterface(response)) {
    const { text, level, result, error } = JSON.parse(line);
    if (text !== undefined && level !== 'debug') console.log(text);
    if (result === undefined && error === undefined) continue;
    console.log(result?.outcome ?? error.message, result?.cause?.why ?? '');
    process.exitCode = result?.outcome === 'done' ? 0 : 1;
  }
}).end();
