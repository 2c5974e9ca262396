import { embed, readRecording, type Recording } from '../recording/recording.js';

const id = 'recording';

/** Saves this page with a recording in it: one file, which plays without a server. */
export const saveRecording = async (recording: Recording): Promise<void> => {
  const page = await (await fetch('/', { cache: 'force-cache' })).text();
  const html = page.replace(
    '<body>',
    () => `<body><script type="application/json" id="${id}">${embed(recording)}</script>`,
  );
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  link.download = `proteus-${recording.master.pid}-${new Date(recording.to).toISOString().replaceAll(':', '-').slice(0, 19)}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** The recording in this page, if it is one that was saved. */
export const savedRecording = (): Recording | undefined => {
  const element = document.getElementById(id);
  return element === null ? undefined : readRecording(element.textContent ?? '');
};
