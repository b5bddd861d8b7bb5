import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {publint} from 'publint';
import {formatMessage} from 'publint/utils';
import {beforeAll, describe, expect, it} from 'vitest';
import {bundle, ROOT} from '../bundle.js';
import {protections, without} from '../protections.mjs';

const CORE_MOST_BYTES = 5_000;
const REACT_MOST_BYTES = 9_000;
const packed = JSON.parse(readFileSync(ROOT + 'package.json', 'utf8'));
const gzipped = (code: string) => gzipSync(code, {level: 9}).length;
const everything = (from: string) => bundle({code: `export * from ${JSON.stringify(ROOT + from)};`}, {external: [/^react/]});

beforeAll(() => {
  if (!existsSync(ROOT + 'dist/core/index.js')) {
    throw new Error('dist is missing: run npm run build first');
  }
});

describe('the package as it is published', () => {
  it('keeps its core under five kilobytes, gzipped, with everything in it', async () => {
    const {code, imports} = await everything('dist/core/index.js');
    expect(imports).toEqual([]);
    expect(gzipped(code)).toBeLessThan(CORE_MOST_BYTES);
  });

  it('keeps all of it under nine, and imports nothing but React', async () => {
    const {code, imports} = await everything('dist/react/index.js');
    expect(imports.filter(name => !/^react(\/jsx-runtime)?$/.test(name))).toEqual([]);
    expect(gzipped(code)).toBeLessThan(REACT_MOST_BYTES);
  });

  it('has a core that knows no React', () => {
    for (const file of readdirSync(ROOT + 'dist/core')) {
      expect(readFileSync(`${ROOT}dist/core/${file}`, 'utf8'), file).not.toMatch(/from ["'](react|\.\.\/react)/);
    }
  });

  it('leaves out what is not used', async () => {
    const {modules, code} = await bundle({code: `export {takeReturn} from ${JSON.stringify(ROOT + 'dist/react/index.js')};`}, {external: [/^react/]});
    expect(modules.map(name => name.slice(ROOT.length)).sort()).toEqual(['dist/core/back-end.js', 'dist/core/failure.js', 'dist/core/return.js'].sort());
    expect(gzipped(code)).toBeLessThan(800);
    const hook = await bundle({code: `export {useConnect} from ${JSON.stringify(ROOT + 'dist/react/index.js')};`}, {external: [/^react/]});
    expect(hook.modules.join()).not.toMatch(/connection-list|connect-return|fetch-back-end|use-connections/);
  });

  it('stores nothing in the browser, posts to no window, evaluates nothing', async () => {
    const {code} = await everything('dist/react/index.js');
    expect(code).not.toMatch(/localStorage|sessionStorage|indexedDB|document\.cookie|eval\(|new Function|innerHTML|dangerouslySetInnerHTML|\.parent\b/);
    expect(code.match(/\.postMessage\(/g)).toHaveLength(1); // the BroadcastChannel's
    expect(code.match(/\.opener\b[^;]{0,8}/g)).toEqual([expect.stringMatching(/^\.opener ?= ?null/)]);
  });

  it('is clean for publint', async () => {
    const {messages} = await publint({pkgDir: ROOT, strict: true, pack: false});
    expect(messages.map(message => formatMessage(message, packed))).toEqual([]);
  });

  it('has the version of the project', () => {
    const pom = readFileSync(ROOT + 'pom.xml', 'utf8');
    expect(/<version>(.*?)(-SNAPSHOT)?<\/version>/.exec(pom)![1]).toBe(packed.version);
  });

  it('names no address of a registry in its locks', () => {
    for (const lock of ['package-lock.json', 'test/react-18/package-lock.json']) {
      expect(readFileSync(ROOT + lock, 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
    }
  });
});

it('has protections that stand in its sources, with tests that exist', () => {
  const tests = readdirSync(ROOT + 'test/core').map(file => readFileSync(`${ROOT}test/core/${file}`, 'utf8')).join('');
  for (const each of protections) {
    expect(without(each, readFileSync(`${ROOT}src/core/${each.file}`, 'utf8'))).not.toBe('');
    expect(tests).toContain(each.test);
  }
});

describe('its types', () => {
  it.each(['19', '18'])('hold with those of React %s', version => {
    const compiler = [ROOT + 'node_modules/typescript/bin/tsc', '-p', `test/types/tsconfig.react-${version}.json`, '--listFiles'];
    const {stdout, status} = spawnSync(process.execPath, compiler, {cwd: ROOT, encoding: 'utf8'});
    expect(status, stdout).toBe(0);
    const react = stdout.split('\n').filter(file => file.endsWith('@types/react/index.d.ts'));
    expect(react).toEqual([ROOT + (version === '18' ? 'test/react-18/' : '') + 'node_modules/@types/react/index.d.ts']);
  });
});
