import {defineConfig} from 'vitest/config';

// One page, one script, one sheet, one icon: nothing inline, so that the page's Content-Security-Policy can forbid it.
export default defineConfig({
  build: {
    target: 'es2022',
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
