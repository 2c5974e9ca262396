/** The name under which the preload writes to the master that the application has closed its servers. */
export const name = 'retireWhenClosed';
