/** The owner of the subscription that is being made. */
let subscribing: object | undefined;
let reporting = false;

/** Subscriptions made while `action` runs belong to `owner`. */
export const subscribingFor = <T>(owner: object, action: () => T): T => {
  const previous = subscribing;
  subscribing = owner;
  try {
    return action();
  } finally {
    subscribing = previous;
  }
};

/** The owner of the subscription that is being made; `undefined` if it has none. */
export const subscribedFor = (): object | undefined => subscribing;

/** Values delivered while `action` runs are reports of a failure. */
export const whileReporting = (action: () => void): void => {
  const previous = reporting;
  reporting = true;
  try {
    action();
  } finally {
    reporting = previous;
  }
};

/** Whether the report of a failure is being delivered. */
export const isReporting = (): boolean => reporting;
