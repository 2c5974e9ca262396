const hasReusePort = process.platform === 'linux' && Number.parseInt(process.versions.node, 10) >= 22;

/** The values of `schedulingPolicy` that this Node has. */
export const policies = ['round-robin', 'none', ...(hasReusePort ? ['reusePort'] : [])];
