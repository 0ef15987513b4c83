import { expect, test } from 'vitest';
import { openPostgresEventStore } from '../../src/commands/postgresEventStore.ts';
import { logSteps } from '../../src/commands/postgresLogSchema.ts';
import { all, appended, event, newStream } from '../support/events.ts';
import { makeOldLog } from '../support/oldLog.ts';
import { freshDatabase } from '../support/postgres.ts';

test.each(logSteps.slice(0, -1).map((_, index) => index + 1))(
  'a log of version %i is carried on to the present one, with everything in it',
  async (version) => {
    const { connection, drop } = await freshDatabase();
    const [long = '', short = ''] = await makeOldLog(connection, version, [3, 1]);
    const store = await openPostgresEventStore({ connection });
    expect((await all(store, long)).map(({ revision }) => revision)).toEqual([0, 1, 2]);
    expect(await all(store, short)).toHaveLength(1);

    expect(await appended(store, long, 2, [event()])).toMatchObject({ revision: 3, position: '0000000000000000005' });
    expect(await store.append(short, 'noStream', [event()])).toEqual({ outcome: 'conflict', actual: 0 });
    expect(await appended(store, newStream(), 'noStream', [event()])).toMatchObject({ revision: 0 });
    await store.close();
    await drop();
  },
);
