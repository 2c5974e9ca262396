// The policy with spaced.js in a diagram: `node examples/policy/spacedDiagram.test.js`. A text cannot hold a policy, so it is given beside the file.
import { permanent, policy } from 'proteus-cluster/policy';
import { checkDiagram } from 'proteus-cluster/testing';
import { spaced } from './spaced.js';

checkDiagram(new URL('spaced.txt', import.meta.url), { respawn: policy(permanent(), spaced(5)) });
