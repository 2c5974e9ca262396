/** The feature's name in the frames from the preload to the master. */
export const name = 'retireWhenClosed';
