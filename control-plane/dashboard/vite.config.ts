import {defineConfig} from 'vitest/config';

// One page, one script, one sheet, one icon: nothing inline, so that the page's Content-Security-Policy can forbid it.
export default defineConfig({
  build: {
    target: 'es2022',
    rolldownOptions: {output: {comments: {legal: true, annotation: false, jsdoc: false}}}, // the licences of what is built in
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: {polyfill: false},
    emptyOutDir: true,
    reportCompressedSize: false,
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
