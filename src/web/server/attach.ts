import { Observable } from 'rxjs';
import {
  answerMethod,
  controlServer,
  listening,
  methodAt,
  operate,
  portOf,
  sharedListener,
  tokenCheck,
} from '../../control.js';
import { joinedFleet$ } from '../../joined.js';
import { type ClusterAttachment, stats$, type WebSettings, type WebTold } from '../../index.js';
import { answerPage, type ShownMaster } from './answerPage.js';
import { followFleet } from './followFleet.js';
import { type History, sampleHistory } from './history.js';
import { type LinkFile, randomToken, writeLink } from './linkFile.js';
import { linkTo, loopback } from './loopback.js';

/** Shows the clusters of this process on a web page, while it is subscribed. A page that cannot be shown is an `error` event. */
export const attach = (attachment: ClusterAttachment<WebSettings>): Observable<never> =>
  new Observable((subscriber) => {
    const { settings, tell, report } = attachment;
    subscriber.add(operate(attachment).subscribe());
    subscriber.add(listen(settings, tell, report));
  });

const listen = (
  { port, token, readOnly = false }: WebSettings,
  tell: (told: WebTold) => void,
  report: (error: unknown) => void,
): (() => void) =>
  sharedListener(JSON.stringify(['web', port, token, readOnly]), report, async (closed) => {
    const secret = token ?? randomToken();
    const isToken = await tokenCheck(secret);
    if (closed()) return () => {};
    const history = sampleHistory();
    const master = thisMaster(history);
    const server = controlServer(
      answerPage({ readOnly, isToken, masters: async () => [master], fleet: () => fleet.report() }),
    );
    const opened = await listening(
      server.listen({ port, host: loopback, exclusive: true }),
      'web',
      `${loopback}:${port}`,
    );
    const fleet = followFleet(joinedFleet$);
    const sampling = stats$.subscribe(history.add);
    const url = `http://${loopback}:${portOf(opened, port)}`;
    const link =
      token === undefined ? attempt(() => writeLink(portOf(opened, port), linkTo(url, secret)), report) : undefined;
    const remove = () => link?.remove();
    // Also when the process ends with process.exit() or an uncaught error.
    process.once('exit', remove);
    tell({ url, ...(link !== undefined && { link: link.path }) });
    return () => {
      process.off('exit', remove);
      remove();
      sampling.unsubscribe();
      fleet.close();
      server.close();
    };
  });

const attempt = (write: () => LinkFile, report: (error: unknown) => void): LinkFile | undefined => {
  try {
    return write();
  } catch (error) {
    report(error);
    return undefined;
  }
};

/** The methods are called, without a connection. */
const thisMaster = ({ series }: History): ShownMaster => ({
  id: String(process.pid),
  answer: async ({ path, query, request, response, streams }) =>
    answerMethod(methodAt(path, request.method), query, request, response, streams),
  history: series,
});
