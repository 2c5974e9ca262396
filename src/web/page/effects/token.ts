const key = 'proteus-token';

/** The token of the link, or the one that this tab has kept. The link is cleaned, so that the token is not in the history. */
export const takeToken = (): string => {
  const [, linked] = /[#&]token=([^&]+)/.exec(location.hash) ?? [];
  if (linked !== undefined) {
    keepToken(decodeURIComponent(linked));
    history.replaceState(null, '', '#overview');
  }
  return sessionStorage.getItem(key) ?? '';
};

/** For this tab only. */
export const keepToken = (token: string): void => sessionStorage.setItem(key, token);
