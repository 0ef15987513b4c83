import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { CannotStart } from '../../src/operations/cannotStart.ts';
import { type CommandName, type Given, type Handler, runCli, wholeNumber } from '../../src/operations/cli.ts';

const run = async (args: string[], handlers: Partial<Record<CommandName, Handler>>) => {
  let [out, err] = ['', ''];
  const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  return { code: await runCli(handlers, args, terminal), out, err };
};
const nothing = () => Promise.resolve(0);

describe('the command line', () => {
  test('shows the commands that exist, and no others', async () => {
    const { code, out } = await run(['--help'], { up: nothing, down: nothing });
    assert.equal(code, 0);
    assert.match(out, /^Usage: hansard COMMAND \[OPTIONS\]\n\n {2}up {4}Start everything.*\n {2}down {2}Stop .*\n\n/);
    assert.doesNotMatch(out, /restore/);
    assert.equal((await run([], {})).code, 2);
  });

  test.for<CommandName>([
    'up',
    'cluster',
    'down',
    'dev',
    'test',
    'check',
    'serve',
    'events',
    'access',
    'bench',
    'seed',
    'backup',
    'restore',
  ])('explains %s', async (name) => {
    const { code, out } = await run([name, '--help'], { [name]: () => assert.fail('not run') });
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^Usage: hansard ${name}.*\n\n.+\\.\n\n( {2}--.+\n)+$`));
  });

  test('hands over what was typed, and hands back the exit code', async () => {
    let given: Given | null = null;
    const test = (typed: Given) => {
      given = typed;
      return Promise.resolve(7);
    };
    assert.equal((await run(['test', '--soak', 'a.test.ts', 'b.test.ts'], { test })).code, 7);
    const typed = given as Given | null;
    assert.deepEqual(
      [typed?.flag('soak'), typed?.flag('other'), typed?.rest],
      [true, false, ['a.test.ts', 'b.test.ts']],
    );
    let data: string | undefined;
    await run(['down', '--data', 'here'], { down: ({ text }) => Promise.resolve(((data = text('data')), 0)) });
    assert.equal(data, 'here');
  });

  const misunderstood: [string[], RegExp][] = [
    [['fly'], /^There is no command "fly"\.\n\nUsage/],
    [['backup', 'x'], /^There is no command "backup"/],
    [['constructor'], /^There is no command "constructor"/],
    [['up', '--colour'], /^Unknown option '--colour'\.\n\nUsage: hansard up/],
    [['up', '--port'], /^Option '--port <value>' argument missing\.\n/],
    [['up', 'now'], /^Unexpected argument 'now'\./],
    [['up', '--port', '99999'], /^--port takes a whole number from 0 to 65535, not "99999"\./],
  ];
  test.for(misunderstood)('does not understand %j', async ([args, words]) => {
    const up: Handler = ({ text }) => Promise.resolve(wholeNumber(text('port') ?? '1', 'port', 0, 65_535) * 0);
    const { code, out, err } = await run(args, { up });
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(err, words);
  });

  test('says what was foreseen in one sentence, and the rest with where it happened', async () => {
    const fail = (error: Error) => run(['up'], { up: () => Promise.reject(error) });
    assert.deepEqual(await fail(new CannotStart('port_in_use', 'Port 1 is in use.')), {
      code: 1,
      out: '',
      err: 'Port 1 is in use.\n',
    });
    assert.match((await fail(new Error('odd'))).err, /^Error: odd\n {4}at /);
  });
});
