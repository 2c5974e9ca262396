// Plays a diagram and prints what came out: `node examples/rehearsal/diagram.js marbles/abort.txt`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playDiagram, readDiagram } from 'proteus-cluster/testing';
import { TestScheduler } from 'rxjs/testing';

const file = process.argv[2] ?? fileURLToPath(new URL('../../marbles/roll.txt', import.meta.url));
const diagram = readDiagram(readFileSync(file, 'utf8'), { file });
new TestScheduler(() => {}).run(() =>
  playDiagram(diagram).subscribe((picture) => console.log(`# ${diagram.title}\n\n${diagram.sentence}\n\n${picture}`)),
);
