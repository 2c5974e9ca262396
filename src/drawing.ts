export { letterOf, letters, signOf } from './drawing/alphabet.js';
export type { Decision, Mark, Picture, Row } from './drawing/picture.js';
export { type Drawn, pictureOf } from './drawing/pictureOf.js';
export { pictureText } from './drawing/pictureText.js';
