import htm from 'htm';
import { type ComponentChildren, h, type VNode } from 'preact';
import type { Message } from '../state/state.js';
import type { Action } from '../state/actions.js';

/** A view as a tagged template. What is put into it is text, and never markup. */
export const html = htm.bind(h) as (strings: TemplateStringsArray, ...values: readonly unknown[]) => VNode;

export type Children = ComponentChildren;

/** What a view can cause. */
export interface Send {
  readonly send: (message: Message) => void;
  /** Carries out an action that has been confirmed. */
  readonly act: (action: Action) => void;
  readonly save: () => void;
  readonly turnTheme: () => void;
}
