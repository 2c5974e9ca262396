import { expect, test } from 'vitest';
import { visible } from '../../../src/web/page/view/visible.js';

test('control characters and marks of direction are seen as escapes, and everything else as it is', () => {
  expect(visible('a\u001B\u061C\u200E\u200F\u202E\u2066')).toBe(String.raw`a\u001b\u061c\u200e\u200f\u202e\u2066`);
  expect(visible('a\n\tGrüße 日本 🚀')).toBe('a\n\tGrüße 日本 🚀');
});
