/** What the code of a service calls itself. `before` is what it was last, or empty. */
export type AskRelease = (service: string, before: string) => string;

/** Longer ones are refused: each host gets them with each heartbeat of each other. */
const maxLength = 255;

/** The function of the user, which may throw: then the release stays as it was before, and `tell` gets one sentence. */
export const askRelease =
  (release: (service: string) => unknown, tell: (problem: string) => void): AskRelease =>
  (service, before) => {
    const failed = (what: string): string => {
      const stays = before === '' ? 'is not known' : `stays ${before}`;
      tell(
        `the function fleet.release ${what} for the service ${service}. Its release ${stays} until the next restart`,
      );
      return before;
    };
    try {
      const answer = release(service);
      if (typeof answer === 'string' && answer.length <= maxLength) return answer;
      // What it fails with later is not what matters, and would end the master.
      if (answer instanceof Promise) answer.catch(() => {});
      const got = typeof answer === 'string' ? `one of ${answer.length}` : `a value of the type ${typeof answer}`;
      return failed(`returned ${got} instead of a text of ${maxLength} characters at most`);
    } catch (error) {
      return failed(`failed (${error instanceof Error ? error.message : String(error)})`);
    }
  };
