/** The page is for this machine only. Others reach it through a tunnel, such as that of ssh. */
export const loopback = '127.0.0.1';

/** The link that opens the page. The token is in its fragment, which a browser sends to nobody. */
export const linkTo = (url: string, token: string): string => `${url}/#token=${encodeURIComponent(token)}`;
