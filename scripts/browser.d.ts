/** A tab of the browser. */
export interface Tab {
  readonly ask: (method: string, params?: object) => Promise<Record<string, unknown>>;
  /** Errors of the page, and what it was refused. */
  readonly problems: readonly string[];
  /** The URLs that it has asked for. */
  readonly requests: readonly string[];
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly open: (url: string) => Promise<unknown>;
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  readonly until: <T>(expression: string) => Promise<T>;
  readonly size: (width: number, height: number) => Promise<unknown>;
  readonly scheme: (value: 'light' | 'dark') => Promise<unknown>;
  readonly key: (key: string) => Promise<void>;
  readonly close: () => Promise<unknown>;
  readonly picture: (options?: { readonly whole?: boolean; readonly format?: 'png' | 'webp' }) => Promise<Buffer>;
}

export interface Browser {
  readonly pid: number;
  readonly tab: () => Promise<Tab>;
  readonly close: () => Promise<void>;
}

export const findChromium: () => string | undefined;
export const openBrowser: () => Promise<Browser>;
