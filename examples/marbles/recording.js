// A recording as text, or as SVG: node examples/marbles/recording.js web.jsonl [--svg]
import { toMarbles } from 'proteus-cluster/marbles';

const [path = 'web.jsonl', svg] = process.argv.slice(2);

toMarbles(path, { as: svg === '--svg' ? 'svg' : 'text' }).subscribe({
  next: (picture) => console.log(picture),
  error: ({ message }) => {
    console.error(message);
    process.exitCode = 1;
  },
});
