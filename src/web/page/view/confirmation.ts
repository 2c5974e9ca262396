import { useEffect, useRef } from 'preact/hooks';
import type { ClusterStatus } from '../../../status.js';
import { type Action, consequenceOf, titleOf } from '../state/actions.js';
import type { View } from '../state/state.js';
import { html, type Send } from './html.js';

interface ConfirmationProps extends Pick<Send, 'send' | 'act'> {
  readonly asked: Action;
  readonly cluster: ClusterStatus;
}

const maxSlots = 10_000;

/** Says what will happen, and waits for a confirmation. Escape cancels it. */
export const Confirmation = ({ asked, cluster, send, act }: ConfirmationProps) => {
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    place.current?.showModal();
  }, []);
  const show = (view: Partial<View>) => send({ type: 'show', view });
  const close = () => show({ asked: undefined });
  const confirm = (event: Event) => {
    event.preventDefault();
    close();
    act(asked);
  };
  return html`<dialog ref=${place} onClose=${close} aria-labelledby="asked-title" aria-describedby="asked-text">
    <form method="dialog" onSubmit=${confirm}>
      <h2 id="asked-title">${titleOf(asked)}</h2>
      ${
        asked.name === 'scale' &&
        html`<label
          >Slots
          <input
            type="number"
            min="1"
            max=${maxSlots}
            required
            value=${asked.to}
            onInput=${({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
              currentTarget.validity.valid && show({ asked: { ...asked, to: currentTarget.valueAsNumber } })}
        /></label>`
      }
      <p id="asked-text">${consequenceOf(asked, cluster)}</p>
      <div class="actions">
        <button type="button" onClick=${close}>Cancel</button>
        <button type="submit" class=${asked.name === 'shutdown' ? 'danger' : 'primary'}>${titleOf(asked)}</button>
      </div>
    </form>
  </dialog>`;
};
