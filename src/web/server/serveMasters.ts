import type { Observable } from 'rxjs';
import { controlServer, listening, portOf, tokenCheck } from '../../control.js';
import type { ShownFleet } from '../../fleet.js';
import { answerPage } from './answerPage.js';
import { followFleet } from './followFleet.js';
import { followMasters } from './followMasters.js';
import { forwarded, type MasterPlace } from './forward.js';
import { randomToken } from './linkFile.js';
import { linkTo, loopback } from './loopback.js';

export type { MasterPlace };

export interface ServedMasters {
  /** 0 for any free port. */
  readonly port: number;
  readonly readOnly: boolean;
  /** Looks for the masters that run now. */
  readonly find: () => Promise<readonly MasterPlace[]>;
  /** The fleet whose hosts it shows. Default: none. */
  readonly fleet$?: Observable<ShownFleet> | undefined;
}

/** Shows masters of other processes on a web page of this one. Resolves with the link, and a function that ends it. Rejects if it cannot listen. */
export const serveMasters = async ({ port, readOnly, find, fleet$ }: ServedMasters) => {
  const token = randomToken();
  const masters = async () => (await find()).map((place) => forwarded(place, followed.historyOf(place.id)));
  const isToken = await tokenCheck(token);
  const server = controlServer(answerPage({ readOnly, isToken, masters, fleet: () => fleet.report() }));
  const opened = await listening(
    server.listen({ port, host: loopback, exclusive: true }),
    'web',
    `${loopback}:${port}`,
  );
  // It is all that this process does.
  opened.ref();
  const followed = followMasters(find);
  const fleet = followFleet(fleet$);
  return {
    link: linkTo(`http://${loopback}:${portOf(opened, port)}`, token),
    close: () => {
      followed.close();
      fleet.close();
      server.close();
    },
  };
};
