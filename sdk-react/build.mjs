// Writes dist/: one module for each source, its types, the style sheet and the licence.
import {spawnSync} from 'node:child_process';
import {cpSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';

rmSync('dist', {recursive: true, force: true});
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const {status} = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {stdio: 'inherit'});
cpSync('src/styles.css', 'dist/styles.css');
cpSync('../LICENSE-MIT', 'dist/LICENSE-MIT');
process.exit(status ?? 1);
