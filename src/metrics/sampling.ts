import type { Subscription } from 'rxjs';
import { applicationMetrics$, type ApplicationMetrics, stats$ } from '../index.js';

/** How long workers are sampled after the last scrape that was not of a server for metrics, in ms. */
const keptAfterScrapeMs = 60_000;

/** What is sampled while somebody wants it. */
interface Sampled {
  readonly started: () => void;
  readonly answered: (metrics: ApplicationMetrics) => void;
  readonly stopped: () => void;
}

/** Lets the workers be sampled while a server is there for it, and for a minute after each scrape without one. All clusters of the process share it. */
export const sampling = ({ started, answered, stopped }: Sampled) => {
  let subscription: Subscription | undefined;
  let holders = 0;
  let timer: NodeJS.Timeout | undefined;

  const begin = () => {
    if (subscription !== undefined) return;
    started();
    // The samples themselves arrive as events of each cluster.
    subscription = stats$.subscribe();
    subscription.add(applicationMetrics$.subscribe(answered));
  };
  const endIfUnwanted = () => {
    if (holders > 0 || timer !== undefined || subscription === undefined) return;
    subscription.unsubscribe();
    subscription = undefined;
    stopped();
  };
  const forget = () => {
    clearTimeout(timer);
    timer = undefined;
  };

  return {
    /** Samples until the function that is returned is called. */
    hold: (): (() => void) => {
      holders += 1;
      begin();
      return () => {
        holders -= 1;
        endIfUnwanted();
      };
    },
    /** Somebody reads the metrics. */
    scraped: (): void => {
      if (holders > 0) return;
      begin();
      forget();
      timer = setTimeout(() => {
        timer = undefined;
        endIfUnwanted();
      }, keptAfterScrapeMs);
      timer.unref();
    },
    /** The last cluster has gone. */
    end: (): void => {
      forget();
      endIfUnwanted();
    },
    samples: (): boolean => subscription !== undefined,
  };
};
