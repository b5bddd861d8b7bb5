import {fileURLToPath} from 'node:url';
import {build, type Rolldown} from 'vite';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface BundleOptions {
  /** Left to be imported. */
  readonly external?: (string | RegExp)[];
  readonly alias?: {readonly find: RegExp; readonly replacement: string}[];
  /** Replaces names in the code. */
  readonly define?: Record<string, string>;
}

/** One minified module of a module that stands in no file, or of a file; with the names of all modules in it. */
export async function bundle(entry: {readonly code: string} | {readonly file: string}, {external = [], alias = [], define = {}}: BundleOptions = {}) {
  const id = 'file' in entry ? entry.file : 'virtual:entry';
  const result = await build({
    configFile: false, root: ROOT, logLevel: 'warn', resolve: {alias}, define: {'process.env.NODE_ENV': '"production"', ...define},
    oxc: {jsx: {runtime: 'automatic', development: false}},
    plugins: 'file' in entry ? [] : [{name: 'entry', resolveId: name => name === id ? '\0entry' : null, load: name => name === '\0entry' ? entry.code : null}],
    build: {write: false, target: 'es2022', minify: true, reportCompressedSize: false, rolldownOptions: {input: id, external, output: {format: 'es'}, preserveEntrySignatures: 'strict'}},
  }) as Rolldown.RolldownOutput;
  const [chunk] = result.output;
  return {code: chunk.code, imports: chunk.imports, modules: Object.entries(chunk.modules).filter(([, {renderedLength}]) => renderedLength > 0).map(([name]) => name)};
}
