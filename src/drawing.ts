export { letterOf, letters, signOf } from './drawing/alphabet.js';
export type { Decision, Mark, Picture, Row } from './drawing/picture.js';
export { type Drawn, pictureOf } from './drawing/pictureOf.js';
export { pictureSvg, type Drawing } from './drawing/pictureSvg.js';
export { pictureText } from './drawing/pictureText.js';
export { readPicture, type WrittenPicture } from './drawing/readPicture.js';
