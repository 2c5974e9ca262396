import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attempt } from './attempt.js';
import { check } from './check.js';
import { copyOf } from './copy.js';
import { coverageTable } from './coverage.js';
import { document } from './document.js';
import { mutations } from './mutations.js';
import { withEachTest } from './source.js';
import { testProcess } from './testProcess.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const matches = (mutation, pattern) => Object.values(mutation).some((text) => text?.includes(pattern));

/** Carries out the command. Resolves with the exit code: 1 if a mutation survived, or if something is wrong with the list. */
export const mutate = async ({ mode, ...options }) => {
  if (mode === 'document') {
    document(root, mutations);
    return 0;
  }
  if (mode === 'rules') {
    console.log(coverageTable(root, mutations));
    return 0;
  }
  if (mode === 'run') return tryAll(options);
  const problems = check(root, mutations);
  console.log(problems.length === 0 ? `${mutations.length} mutations fit the source.` : problems.join('\n'));
  return problems.length === 0 ? 0 : 1;
};

/** Tries the selected mutations, and prints its progress. */
const tryAll = async ({ pattern, part, of, seconds }) => {
  const chosen = mutations
    .flatMap(withEachTest)
    .filter((mutation) => matches(mutation, pattern))
    .filter((_, index) => index % of === part - 1);
  if (chosen.length === 0) throw new Error(`No mutation contains '${pattern}'.`);
  const deadline = performance.now() + seconds * 1_000;
  const folder = copyOf(root);
  const tests = testProcess(folder);
  const bad = [];
  let tried = 0;
  try {
    for (const mutation of chosen) {
      if (performance.now() > deadline) break;
      const outcome = await attempt(folder, tests, mutation);
      tried += 1;
      const fine = outcome === 'red' || outcome === 'late';
      if (!fine) bad.push({ mutation, outcome });
      console.log(
        `${tried}/${chosen.length} ${fine ? 'red' : outcome.toUpperCase()}  ${mutation.file}: ${mutation.inversion} (${mutation.test})`,
      );
    }
  } finally {
    tests.end();
    rmSync(folder, { recursive: true, force: true });
  }
  const untried = chosen.length - tried;
  console.log(`${tried} tried, ${bad.length} survived${untried > 0 ? `, ${untried} left for want of time` : ''}.`);
  for (const { mutation, outcome } of bad) {
    console.log(
      `\n${outcome}: ${mutation.file}\n- ${mutation.search}\n+ ${mutation.replace}\n  ${mutation.test}${mutation.red === undefined ? '' : `: ${mutation.red}`}`,
    );
  }
  return bad.length > 0 ? 1 : 0;
};
