import type { Tab } from '../../scripts/browser.js';

/** What axe finds wrong on a page that has its source, in words. */
export const accessibilityProblems = (tab: Tab): Promise<readonly string[]> =>
  tab.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + failureSummary)))`,
  );
