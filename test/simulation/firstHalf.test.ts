import { simulate } from './verify.js';

simulate(0, 2);
