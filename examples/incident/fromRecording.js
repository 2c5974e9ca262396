// Reads a recording, writes a diagram and a test of it, and says what a larger surge would have done: node fromRecording.js web.jsonl
import { writeFileSync } from 'node:fs';
import { compare, differencesOf, replayedDecisions, reproduceRecording, textsOf } from 'proteus-cluster/reproduce';

const reproduction = reproduceRecording(process.argv[2] ?? 'web.jsonl');
const { config, script, decisions } = reproduction;
console.log(differencesOf(decisions, replayedDecisions(config, script)).join('\n') || 'decides as the master did');

const { diagram, whyNoDiagram, test } = textsOf(reproduction, 'the deploy on Friday', './friday.txt');
if (diagram === undefined) console.log(`no diagram: ${whyNoDiagram}`);
else writeFileSync('friday.txt', diagram);
writeFileSync('friday.test.mjs', test);

const { recorded, changed } = compare(reproduction, { ...config, maxSurge: '100%' });
console.log(
  `without a ready worker: ${recorded.longestNoneReady} ms, and with a larger surge ${changed.longestNoneReady} ms`,
);
