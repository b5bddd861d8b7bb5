// What protects people, and the test that must turn red when it is taken away. `npm test` holds each to the sources; started by itself
// (npm run check-protections) this file takes one after the other away in a copy, and fails when its test stays green.
import {spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export const protections = [
  {
    protection: 'the return leaves the address and the history', file: 'return.ts',
    remove: "  view.history.replaceState(view.history.state, '', address.href);\n", put: '', test: 'takes what is its own out of the address, and leaves the rest',
  },
  {protection: 'the return page does not work in a frame', file: 'return.ts', remove: 'view.top === view.self ?', put: 'view ?', test: 'does not work in a frame'},
  {
    protection: 'a return that says something twice is refused', file: 'return.ts', remove: 'parameters.some(values => values.length > 1) || ', put: '',
    test: 'refuses whatever is not exactly a return',
  },
  {protection: 'a return is finished once', file: 'return.ts', remove: '  flows.set(returned, made);\n', put: '', test: 'finishes once, however often it is made'},
  {
    protection: 'no message makes a flow connected', file: 'watch.ts', remove: '      returned();\n    }\n    void ask();', put: "      settle({phase: 'connected', sessionId});\n    }\n    void ask();",
    test: 'are not believed: a claim to be connected only asks the status',
  },
  {protection: 'messages have exactly one form', file: 'messages.ts', remove: 'fits && Object.keys(others).length === 0', put: 'fits', test: 'of another form are nothing'},
  {protection: 'each session has a channel of its own', file: 'messages.ts', remove: "'authpipe-connect:' + sessionId", put: "'authpipe-connect:' + sessionId.slice(0, 3)", test: 'hears its own session only, and only messages'},
  {protection: 'a window that seems closed is not believed while the person looks elsewhere', file: 'watch.ts', remove: 'seemsClosed && around.attended()', put: 'seemsClosed', also: ['closedLongEnough = around.attended();', 'closedLongEnough = true;', 'closedLongEnough && around.attended()', 'closedLongEnough'], test: 'does not believe a window that seems closed while the person looks elsewhere'},
  {protection: 'an address that runs as script leads nowhere', file: 'back-end.ts', remove: '|| !safe ', put: '', test: 'leads nowhere but to https'},
  {protection: 'the connect page is where the application says', file: 'back-end.ts', remove: ' || (origin !== undefined && address?.origin !== origin)', put: '', test: 'holds the connect page to the origin that the application names'},
  {protection: 'the popup does not know who opened it', file: 'surroundings.ts', remove: '      popup.opener = null;', put: '     ', test: 'knows nothing of who opened it when other pages come into it'},
  {protection: 'a double click makes one session', file: 'flow.ts', remove: "if (phase === 'opening' || phase === 'returned')", put: "if (phase === 'returned')", test: 'makes one session of a double click'},
  {protection: 'the back end is on this origin', file: 'fetch-back-end.ts', remove: 'address.origin !== location.origin', put: 'false', test: 'calls no other origin'},
  {protection: 'redirects are not followed', file: 'fetch-back-end.ts', remove: "redirect: 'error', ", put: '', test: 'sends what its routes take, on this origin, and never follows a redirect'},
  {protection: 'answers are bounded', file: 'fetch-back-end.ts', remove: 'all.length > MOST_CHARACTERS', put: 'false', test: 'refuses an answer of another form'},
  {protection: 'a call ends in time', file: 'limits.ts', remove: "around.after(milliseconds, () => give('unreachable'))", put: '() => undefined', test: 'does not wait for ever for a back end that does not answer'},
];

/** The text of the file with the protection taken away. Throws when it does not stand there exactly once. */
export function without({file, remove, put, also = []}, source) {
  for (const [from, to] of [[remove, put], [also[0], also[1]], [also[2], also[3]]]) {
    if (from !== undefined) {
      if (source.split(from).length !== 2) {
        throw new Error(`${file} does not hold exactly once: ${from}`);
      }
      source = source.replace(from, () => to);
    }
  }
  return source;
}

function run(copy, ...filter) {
  return spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'core', '--no-color', ...filter], {cwd: copy, encoding: 'utf8'});
}

function check(copy, one) {
  const file = join(copy, 'src/core', one.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, without(one, source));
  const {status, stdout, stderr} = run(copy, '-t', one.test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  writeFileSync(file, source);
  const red = status !== 0 && /Tests +\d+ failed/.test(stdout) && /AssertionError/.test(stdout + stderr);
  console.log(`${red ? 'red     ' : 'survived'} ${one.protection}  (${one.test})`);
  return red;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const copy = mkdtempSync(join(tmpdir(), 'authpipe-protections-'));
  try {
    for (const part of ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts']) {
      cpSync(join(ROOT, part), join(copy, part), {recursive: true, filter: from => !from.includes('node_modules')});
    }
    for (const part of ['node_modules', 'test/react-18/node_modules']) {
      symlinkSync(join(ROOT, part), join(copy, part));
    }
    const {status, stdout, stderr} = run(copy);
    if (status !== 0) { // a test that is red anyway proves nothing
      throw new Error('The tests are not green though nothing is removed.\n' + stdout + stderr);
    }
    const survived = protections.filter(one => !check(copy, one));
    console.log(survived.length === 0 ? `All ${protections.length} protections are missed when they are gone.` : `${survived.length} of ${protections.length} could be removed unnoticed.`);
    process.exitCode = survived.length === 0 ? 0 : 1;
  } finally {
    rmSync(copy, {recursive: true, force: true});
  }
}
