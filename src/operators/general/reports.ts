/** For whom the subscription that is being made is made. */
let subscribing: object | undefined;
let reporting = false;

/** Whoever subscribes while `act` runs does so for `who`. */
export const subscribingFor = <T>(who: object, act: () => T): T => {
  const before = subscribing;
  subscribing = who;
  try {
    return act();
  } finally {
    subscribing = before;
  }
};

/** For whom the current subscription is made, if that is known. */
export const subscribedFor = (): object | undefined => subscribing;

/** What is delivered while `act` runs is the report of a failure. */
export const whileReporting = (act: () => void): void => {
  const before = reporting;
  reporting = true;
  try {
    act();
  } finally {
    reporting = before;
  }
};

/** Whether the report of a failure is being delivered. */
export const isReporting = (): boolean => reporting;
