import type { EventRecord, RecordedEvent } from './eventRecord.js';
import { maxGathered, type Outgoing } from './outgoing.js';

export interface EventSelection {
  readonly cluster?: string | undefined;
  readonly slot?: number | undefined;
  readonly types?: ReadonlySet<string> | undefined;
}

export interface EventLines {
  /** Ends the stream with what there is by now, after a last line if one is given. */
  readonly finish: (lastLine?: string) => void;
}

/** The rest waits in the record, so this is only what one write needs. In characters. */
const maxWaiting = maxGathered;

/**
 * Sends the events after the id `since` that are selected, and those that come. Each client only has a position in the record, so one that reads slowly costs no memory. What it reads too late is
 * not there any more; then it gets `{ gap }` with the first and the last id of what is missing.
 */
export const eventLines = (
  record: EventRecord,
  out: Outgoing,
  since: number,
  selection: EventSelection = {},
): EventLines => {
  let next = since + 1;
  let end: { readonly id: number; readonly lastLine: string | undefined } | undefined;
  let closed = false;

  const skipGap = (): void => {
    const first = record.first();
    if (next >= first) return;
    out.send(JSON.stringify({ gap: { from: next, to: first - 1 } }), first - 1);
    next = first;
  };

  const pump = (): void => {
    if (closed) return;
    const last = end?.id ?? record.last();
    while (next <= last) {
      if (out.waiting() > maxWaiting) return;
      skipGap();
      const entry = record.at(next);
      next += 1;
      if (entry !== undefined && isSelected(entry, selection)) out.send(entry.line, entry.id);
    }
    if (end === undefined) return;
    if (end.lastLine !== undefined) out.send(end.lastLine);
    close();
    out.end();
  };

  const unlisten = record.listen(pump);
  const close = (): void => {
    closed = true;
    unlisten();
  };
  out.onDrain(pump);
  out.onClose(close);
  pump();
  return {
    finish: (lastLine) => {
      end ??= { id: record.last(), lastLine };
      pump();
    },
  };
};

export const isSelected = ({ cluster, slot, type }: RecordedEvent, selection: EventSelection): boolean =>
  (selection.cluster === undefined || selection.cluster === cluster) &&
  (selection.slot === undefined || selection.slot === slot) &&
  (selection.types?.has(type) ?? true);
