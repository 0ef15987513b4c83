// Stops processes of this test's own server the hard way.
import { readdirSync, readFileSync } from 'node:fs';

/** All processes of a PostgreSQL server: its postmaster and the children it has now. */
const familyOf = (pid: number): number[] => [
  pid,
  ...readdirSync('/proc')
    .map(Number)
    .filter((other) => {
      try {
        return (
          Number.isInteger(other) &&
          readFileSync(`/proc/${other}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(pid)
        );
      } catch {
        return false; // Ended in the meantime.
      }
    }),
];

/** Freezes a server as a dying disk or a stopped machine would; answers how to let it go on. */
export const freeze = (postmaster: number): (() => void) => {
  const frozen = familyOf(postmaster);
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
  };
};
