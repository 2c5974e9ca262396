/**
 * Warns that no cluster is started because this process is a worker of another program, such as pm2 in cluster mode. In a worker of this package
 * there is no warning, because master and worker may share a file.
 */
export const warnOfForeignMaster = (): void => {
  if (process.env['PROTEUS_CLUSTER_MASTER'] !== undefined) return;
  process.emitWarning(
    "cluster$: expected an ordinary process, got a node:cluster worker of another program; no cluster is started here. Configure that program to start one ordinary process (pm2: exec_mode 'fork')",
    'ProteusClusterWarning',
  );
};
