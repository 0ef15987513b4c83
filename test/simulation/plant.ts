// Loads the program with one of the planted bugs in it: `node --import test/simulation/plant.ts … NAME`, NAME last.
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { bugs } from './bugs.ts';

const name = process.argv.at(-1);
const bug = bugs.find((each) => each.name === name);
if (!bug) throw new Error(`There is no bug "${name}"`);
const url = new URL(`../../src/${bug.file}`, import.meta.url);
const source = readFileSync(url, 'utf8');
if (source.split(bug.text).length !== 2) throw new Error(`Once in ${bug.file} there should be: ${bug.text}`);
const planted = stripTypeScriptTypes(source.replace(bug.text, () => bug.instead));

registerHooks({
  load: (each, context, next) =>
    each === url.href ? { format: 'module', source: planted, shortCircuit: true } : next(each, context),
});
