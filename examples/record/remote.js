// Records a master from another process: node remote.js web. proteus record does the same.
import { connect } from 'proteus-cluster/client';
import { openRecording } from 'proteus-cluster/record';

const master = await connect(process.argv[2]);
const recording = openRecording('remote.jsonl', { config: await master.config(), report: console.error });

for await (const line of master.events({ follow: true })) {
  if ('gap' in line) recording.lost(line.gap.to - line.gap.from + 1, 'the master does not keep them any more');
  else recording.add(line.event);
}
recording.close();
