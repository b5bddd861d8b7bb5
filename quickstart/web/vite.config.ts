import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vite';

const sdk = fileURLToPath(new URL('../../sdk-react/src/', import.meta.url));

// One page, one script, one sheet, one icon: nothing inline, so that the page's Content-Security-Policy can forbid it. Their names are fixed,
// since the application serves exactly these. The package @authpipe/react is built in from its sources.
export default defineConfig({
  resolve: {
    alias: [
      {find: '@authpipe/react/styles.css', replacement: sdk + 'styles.css'},
      {find: /^@authpipe\/react$/, replacement: sdk + 'react/index.ts'},
    ],
    dedupe: ['react', 'react-dom'],
  },
  build: {
    target: 'es2022',
    rolldownOptions: {
      output: {
        comments: {legal: true, annotation: false, jsdoc: false}, // the licences of what is built in
        entryFileNames: 'tasklight.js',
        assetFileNames: ({names}) => names.some(name => name.endsWith('.css')) ? 'tasklight.css' : '[name][extname]',
      },
    },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: {polyfill: false},
    emptyOutDir: true,
    reportCompressedSize: false,
  },
});
