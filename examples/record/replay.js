// Prints a recording as the log had it: node replay.js web.jsonl 10 is ten times as fast as it was.
import { describeEvent } from 'proteus-cluster';
import { recordingHeader, replay } from 'proteus-cluster/record';

const [, , path = 'web.jsonl', speed = 'Infinity'] = process.argv;

const { version, config } = recordingHeader(path);
console.log(`recorded by proteus-cluster ${version}: ${Object.keys(config).join(', ')}`);

replay(path, {
  speed: Number(speed),
  onLost: ({ lost, why }) => console.log(`${lost} events are missing: ${why}`),
}).subscribe({
  next: (event) => {
    const [, sentence] = describeEvent(event) ?? [];
    if (sentence !== undefined) console.log(new Date(event.time).toISOString(), event.cluster, sentence);
  },
  error: ({ message }) => console.error(message),
});
