/** Whether a worker that is told to leave is replaced. With OTP's `temporary` and `transient` it is not, because it has not failed. */
export const replacesLeaving = ({ respawn }: { readonly respawn: unknown }): boolean =>
  respawn !== 'temporary' && respawn !== 'transient';
