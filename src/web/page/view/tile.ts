import { html } from './html.js';

/** A quantity of a summary. */
export const tile = (name: string, value: string, more = '', tone = '') =>
  html`<div class=${`tile ${tone}`}>
    <dt>${name}</dt>
    <dd>${value}<small>${more}</small></dd>
  </div>`;
