// Plays a diagram and prints the result.
import { readFileSync } from 'node:fs';
import { playDiagram, readDiagram } from 'proteus-cluster/testing';
import { TestScheduler } from 'rxjs/testing';

const diagram = readDiagram(
  readFileSync(process.argv[2] ?? new URL('../../marbles/roll.txt', import.meta.url), 'utf8'),
);
new TestScheduler(() => {}).run(() =>
  playDiagram(diagram).subscribe((picture) => console.log(`# ${diagram.title}\n\n${picture}`)),
);
