import { symlinkSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fresh, imports, program, type Program, type Told, write } from '../process/harness.js';
import { type ReadFamily, readOpenMetrics } from './openMetrics.js';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** A folder in which prom-client can be imported too. */
export const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = fresh(files);
  symlinkSync(join(modules, 'prom-client'), join(folder, 'node_modules/prom-client'));
  return folder;
};

/** A master that tells also when a worker has answered with the metrics of its application. */
export const start = (folder: string, options: object): Program => {
  write(folder, {
    'master.mjs': `${imports}
      proteus.applicationMetrics$.subscribe(({ worker, metrics, leftOut }) => tell({ type: 'application', worker, value: { metrics, leftOut } }));
      run(${JSON.stringify({ exec: 'worker.mjs', worker: 1, metrics: { port: 0 }, ...options })});`,
  });
  return program(folder, process.execPath, ['master.mjs']);
};

export const urlOf = (told: Told): string => {
  if (!('url' in told) || typeof told.url !== 'string') throw new Error('expected metrics-listening');
  return told.url;
};

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export const ask = (url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(url, { agent: false, headers, method }, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (text: string) => (body += text))
        .on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
        .on('error', reject);
    })
      .on('error', reject)
      .end();
  });

export const scrape = async (url: string): Promise<readonly ReadFamily[]> =>
  readOpenMetrics((await ask(`${url}/metrics`, { accept: 'application/openmetrics-text; version=1.0.0' })).body);
