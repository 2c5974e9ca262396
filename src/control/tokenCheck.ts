/** Compares a token that a request has with the right one, in constant time. */
export const tokenCheck = async (token: string): Promise<(given: string) => boolean> => {
  const { createHash, timingSafeEqual } = await import('node:crypto');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
};
