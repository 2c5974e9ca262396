import { simulate } from './verify.js';

simulate(1, 2);
