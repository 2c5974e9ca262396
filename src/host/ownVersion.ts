import { readFileSync } from 'node:fs';

/** The version of this package. Its manifest is beside `dist`, and beside `src` in this repository. */
export const ownVersion = (): string => {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (isOwn(manifest)) return manifest.version;
    } catch {
      // It is at the other place.
    }
  }
  return 'unknown';
};

const isOwn = (manifest: unknown): manifest is { readonly version: string } =>
  typeof manifest === 'object' &&
  manifest !== null &&
  'name' in manifest &&
  manifest.name === 'proteus-cluster' &&
  'version' in manifest &&
  typeof manifest.version === 'string';
