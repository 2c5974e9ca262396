// Writes what docs/peers.json holds as a picture, docs/peers.svg, and as the tables of docs/benchmarks.md: npm run peers:report
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { picture } from './picture.js';
import { major, read } from './results.js';
import { tables } from './tables.js';

const docs = (file) => join(import.meta.dirname, '../../docs', file);
const results = read(docs('peers.json'));

/** The picture is of the set-up that stands first in the tables. */
const drawn = results.filter(({ node, workers, delay }) => major(node) === '20' && workers === 2 && delay === 0);
writeFileSync(docs('peers.svg'), picture(drawn));

const [begin, end] = ['<!-- peers: npm run peers:report writes from here -->', '<!-- peers: to here -->'];
const page = readFileSync(docs('benchmarks.md'), 'utf8');
const [before, after] = [page.split(begin)[0], page.split(end)[1]];
if (after === undefined) throw new Error(`docs/benchmarks.md: expected the lines ${begin} and ${end}`);
writeFileSync(docs('benchmarks.md'), `${before}${begin}\n\n${tables(results)}\n\n${end}${after}`);
