import { createServer } from 'node:http';
import { Counter } from 'prom-client';

// The master collects what is in prom-client's default registry. Nothing else is needed.
const jobs = new Counter({ name: 'jobs_total', help: 'Jobs that are done.' });

createServer((request, response) => {
  jobs.inc();
  response.end('done\n');
}).listen(process.env.PORT === '0' ? 0 : 8080, '127.0.0.1');
