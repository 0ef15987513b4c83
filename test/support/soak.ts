// How long the tests go on that look for what happens rarely: `./hansard test --soak` runs their long form.

/** 0 in the short form, 1 in the long one; what is between (HANSARD_SOAK=0.1) is that part of the long one. */
const share = Number(process.env['HANSARD_SOAK'] ?? 0);

/** The number of times of the short form, or that part of the long form's which is asked for, whichever is more. */
export const times = (short: number, long: number): number => Math.max(short, Math.ceil(long * share));
