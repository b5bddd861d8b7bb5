import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

const react18 = fileURLToPath(new URL('test/react-18/node_modules/', import.meta.url));
if (!existsSync(react18)) {
  throw new Error('React 18 is missing: run npm ci --prefix test/react-18');
}

// The components run with both versions of React; what looks at the package as it is published, or at a real browser, runs in Node.
export default defineConfig({
  test: {
    projects: [
      {test: {name: 'core', include: ['test/core/*.test.ts'], environment: 'jsdom'}},
      {test: {name: 'react-19', provide: {react: '19'}, include: ['test/react/*.test.tsx'], environment: 'jsdom'}},
      {
        resolve: {alias: [{find: /^(react|react-dom)(\/.*)?$/, replacement: react18 + '$1$2'}]},
        test: {name: 'react-18', provide: {react: '18'}, include: ['test/react/*.test.tsx'], environment: 'jsdom'},
      },
      {test: {name: 'package', include: ['test/package/*.test.ts'], testTimeout: 60_000}},
      {test: {name: 'browser', include: ['test/browser/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000}},
    ],
  },
});
