import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { makeDirectory, replaceFile } from '../../src/operations/files.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hansard-files-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const failureOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => null,
    (error: unknown) => error,
  );

describe('a directory', () => {
  test('is made with those above it, once for all who ask at the same moment', async () => {
    const path = join(scratch, 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 10 }, () => makeDirectory(path, 0o700)));
    for (const each of [path, join(scratch, 'a')]) assert.equal((await stat(each)).mode & 0o777, 0o700);
    await symlink(path, join(scratch, 'led'));
    await makeDirectory(join(scratch, 'led'));
    await makeDirectory(join(scratch, 'led', 'd'));
    assert.deepEqual(await readdir(path), ['d']);
  });

  test('is not made in place of a file, below one, or where a link leads nowhere', async () => {
    const file = join(scratch, 'file');
    await writeFile(file, '');
    await symlink(join(scratch, 'nowhere'), join(scratch, 'link'));
    const codes = [file, join(file, 'below'), join(scratch, 'link'), join(scratch, 'link', 'below')].map(
      async (path) => ((await failureOf(makeDirectory(path))) as NodeJS.ErrnoException).code,
    );
    assert.deepEqual(await Promise.all(codes), ['EEXIST', 'ENOTDIR', 'EEXIST', 'EEXIST']);
  });
});

describe('a file', () => {
  const fill = (write: (content: string) => Promise<void>) => write('new');

  test('is replaced whole, in directories that are made for it', async () => {
    const path = join(scratch, 'a', 'b', 'file');
    await replaceFile(path, fill);
    assert.equal(await readFile(path, 'utf8'), 'new');
    assert.deepEqual(await readdir(join(scratch, 'a', 'b')), ['file']);
  });

  test('is refused in words where nothing can be made, whether or not it has to make directories', () => {
    const paths = ['/proc/file', '/proc/none/file', '/proc/none/at/all/file', '/proc/self/fd/none/file'];
    const module = new URL('../../src/operations/files.ts', import.meta.url).href;
    const script = `
      import { replaceFile, whyUnwritable } from '${module}';
      for (const path of process.argv.slice(1))
        await replaceFile(path, () => Promise.resolve()).catch((error) => console.log(whyUnwritable(error)));
    `;
    // Apart from this process: nothing stops a thread that tries for ever.
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, ...paths], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    const inProc = 'nothing can be made in /proc\n';
    assert.equal(stdout, `${inProc.repeat(3)}nothing can be made in /proc/self/fd\n`);
  });

  test('leaves no draft where a directory has its name', async () => {
    const path = join(scratch, 'taken');
    await mkdir(path);
    await assert.rejects(replaceFile(path, fill), { code: 'EISDIR' });
    assert.deepEqual(await readdir(scratch), ['taken']);
  });
});
