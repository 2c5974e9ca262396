import type { HangReason, HealthDraft } from './events.js';

const reasons: Readonly<Record<HangReason, string>> = {
  boot: 'it is not ready, and its boot blocks the event loop',
  loop: 'its event loop is blocked by code that runs',
  stopped: 'it is stopped by a signal or a debugger',
  blocked: 'its event loop waits for something',
};

/** How a worker hangs, in words. */
export const hangText = ({ why, silent, cpu }: Extract<HealthDraft, { readonly type: 'hung' }>): string => {
  const used = cpu === undefined || why === 'stopped' ? '' : ` (CPU ${Math.round(cpu * 100)} %)`;
  return `no answer for ${seconds(silent)}; ${reasons[why]}${used}`;
};

export const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(1))} s`);
