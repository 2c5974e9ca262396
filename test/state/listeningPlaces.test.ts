import { describe, expect, test } from 'vitest';
import type { Address } from '../../src/vocabulary/events.js';
import { missing } from '../../src/state/listeningPlaces.js';

const tcp = (port: number, address: string | null = '127.0.0.1'): Address => ({ address, port, addressType: 4 });
const udp = (port: number): Address => ({ address: '127.0.0.1', port, addressType: 'udp4' });
const path = (address: string): Address => ({ address, port: -1, addressType: -1 });

describe('the places that are missing', () => {
  test('are those on which no worker listens', () => {
    expect(missing([tcp(80), tcp(81), path('/a')], [tcp(80)])).toEqual([tcp(81), path('/a')]);
    expect(missing([tcp(80), path('/a')], [path('/a'), tcp(80), tcp(82)])).toEqual([]);
    expect(missing([], [])).toEqual([]);
  });

  test('are covered by all addresses of their protocol, and not the other way round', () => {
    for (const any of [null, '::', '0.0.0.0']) expect(missing([tcp(80)], [tcp(80, any)])).toEqual([]);
    expect(missing([tcp(80, null)], [tcp(80)])).toEqual([tcp(80, null)]);
    expect(missing([tcp(80, null)], [tcp(80, '::')])).toEqual([]);
    expect(missing([udp(80)], [tcp(80, null)])).toEqual([udp(80)]);
  });

  test('are covered by another port where the system may have chosen it, one by one', () => {
    expect(missing([tcp(40_001)], [tcp(50_001)])).toEqual([]);
    expect(missing([tcp(40_001), tcp(40_002)], [tcp(50_001)])).toEqual([tcp(40_002)]);
    expect(missing([tcp(40_001), tcp(40_002)], [tcp(40_001)])).toEqual([tcp(40_002)]);
    expect(missing([tcp(40_001), tcp(40_002)], [tcp(40_002), tcp(50_001)])).toEqual([]);
  });

  test('are not covered by such a port where they were asked for by number', () => {
    expect(missing([tcp(8_080)], [tcp(50_001)])).toEqual([tcp(8_080)]);
    expect(missing([tcp(40_001)], [tcp(8_080)])).toEqual([tcp(40_001)]);
    expect(missing([tcp(40_001)], [udp(50_001)])).toEqual([tcp(40_001)]);
  });
});
