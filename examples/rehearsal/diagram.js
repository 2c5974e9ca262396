// Plays a diagram and prints the result.
import { readFileSync } from 'node:fs';
import { play, read } from 'proteus-cluster/testing';
import { TestScheduler } from 'rxjs/testing';

const diagram = read(readFileSync(process.argv[2] ?? new URL('../../marbles/roll.txt', import.meta.url), 'utf8'));
new TestScheduler(() => {}).run(() =>
  play(diagram).subscribe((picture) => console.log(`# ${diagram.title}\n\n${picture}`)),
);
