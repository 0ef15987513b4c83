// Records what an EventStoreDB answers: node recordProcess.ts CONNECTION_STRING FILE [PACE [FOLLOWER]]
// PACE 1, the default, is for a real server, which must be without TLS and is best empty. With the host and port of a
// FOLLOWER it asks a cluster only what a single node cannot show. In a process of its own: some of the refused appends
// leave every client of their process unable to append.
import { writeFileSync } from 'node:fs';
import { appendCases, appendEdgeCases } from './appendCases.ts';
import { deleteCases, limitCases, refusedCases } from './deleteCases.ts';
import { followerCases } from './followerCases.ts';
import { rawCases } from './rawCases.ts';
import { readCases, readEdgeCases, subscribeCases } from './readCases.ts';
import { recordCases, subjectAt, type Transcript } from './transcript.ts';

const [url = 'esdb://127.0.0.1:2113?tls=false', file = 'transcript.json', pace = '1', follower] = process.argv.slice(2);
// The client's own stream handler throws at an answer that nobody waits for any more.
process.on('unhandledRejection', (error) => process.stderr.write(`unhandled: ${String(error).slice(0, 200)}\n`));

const subject = subjectAt(url, Number(pace));
const cases: Transcript = {};
const single = [appendCases, readCases, subscribeCases, deleteCases, rawCases, appendEdgeCases, readEdgeCases];
const parts = follower === undefined ? [...single, limitCases, refusedCases] : [followerCases(follower)];
for (const part of parts) await recordCases(subject, part(subject), cases);
writeFileSync(file, `${JSON.stringify({ cases }, null, 2)}\n`);
process.stdout.write(`${Object.keys(cases).length} cases\n`);
process.exit(0);
