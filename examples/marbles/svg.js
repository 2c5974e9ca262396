// A text diagram as SVG: node examples/marbles/svg.js marbles/roll.txt > roll.svg
import { readFileSync } from 'node:fs';
import { toSvg } from 'proteus-cluster/marbles';

const [file = 'marbles/roll.txt'] = process.argv.slice(2);
process.stdout.write(toSvg(readFileSync(file, 'utf8')));
