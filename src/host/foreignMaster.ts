/**
 * Warns that a cluster is not started because this process is a worker of another program, such as pm2 in its cluster mode. A worker of ours runs the file of its master
 * on purpose, and nothing is said.
 */
export const warnOfForeignMaster = (): void => {
  if (process.env['PROTEUS_CLUSTER_MASTER'] !== undefined) return;
  process.emitWarning(
    "cluster$: expected a process that is no worker, got a worker of another program's node:cluster, where no cluster is started. Have that program start one ordinary process (pm2: exec_mode 'fork')",
    'ProteusClusterWarning',
  );
};
