export { letterOf, letters, signOf } from './drawing/alphabet.js';
export type { Decision, Mark, Picture, Row } from './drawing/picture.js';
export { type Drawn, inRows, pictureOf, rowName, hasSentence } from './drawing/pictureOf.js';
export { pictureSvg, type Drawing } from './drawing/pictureSvg.js';
export { pictureText } from './drawing/pictureText.js';
export { readPicture, type WrittenPicture } from './drawing/readPicture.js';
export { legendText, nameWidthOf, terminalText } from './drawing/terminalText.js';
export { clockTime } from './drawing/times.js';
