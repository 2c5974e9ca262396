import htm from 'htm';
import { h, type VNode } from 'preact';
import type { Message } from '../state/state.js';
import type { Action } from '../state/actions.js';

/** A view as a tagged template. What is put into it is text, and never markup. Each has one element, or several that the caller puts into one. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const html = htm.bind(h) as (strings: TemplateStringsArray, ...values: readonly unknown[]) => VNode;

/** What a view can cause. */
export interface Send {
  readonly send: (message: Message) => void;
  /** Carries out an action that has been confirmed. */
  readonly act: (action: Action) => void;
  readonly save: () => void;
  readonly turnTheme: () => void;
}
