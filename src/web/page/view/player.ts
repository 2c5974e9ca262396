import { clock } from '../state/format.js';
import type { State } from '../state/state.js';
import { html, type Send } from './html.js';

const speeds = [0.25, 1, 4, 16, 60] as const;
const stepMs = 1_000;

interface Changed {
  readonly currentTarget: { readonly value: string };
}

/** Plays a recording. */
export const playerBar = ({ player }: State, { send }: Send) => {
  if (player === undefined) return undefined;
  const { recording, at, playing, speed } = player;
  const seek = (changed: Partial<typeof player>) => send({ type: 'seek', player: changed });
  const play = () => seek({ playing: !playing, ...(!playing && at >= recording.to && { at: recording.from }) });
  return html`<section class="card player" aria-label="Player">
    <button type="button" onClick=${play}>${playing ? 'Pause' : 'Play'}</button>
    <button
      type="button"
      class="quiet icon"
      aria-label="One second back"
      onClick=${() => seek({ at: Math.max(recording.from, at - stepMs) })}
    >
      ‹
    </button>
    <button
      type="button"
      class="quiet icon"
      aria-label="One second on"
      onClick=${() => seek({ at: Math.min(recording.to, at + stepMs) })}
    >
      ›
    </button>
    <input
      type="range"
      aria-label="Time"
      aria-valuetext=${clock(at)}
      min=${recording.from}
      max=${recording.to}
      step="100"
      value=${at}
      onInput=${({ currentTarget }: Changed) => seek({ at: Number(currentTarget.value), playing: false })}
    />
    <time>${clock(at)}</time>
    <label
      ><span class="hidden">Speed</span>
      <select value=${speed} onChange=${({ currentTarget }: Changed) => seek({ speed: Number(currentTarget.value) })}>
        ${speeds.map((one) => html`<option value=${one}>${one}×</option>`)}
      </select></label
    >
  </section>`;
};
