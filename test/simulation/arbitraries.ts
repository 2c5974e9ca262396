import * as fc from 'fast-check';
import { arbitraries } from '../../src/testing/random/arbitraries.js';

export const { ms, pick, among } = arbitraries(fc);
