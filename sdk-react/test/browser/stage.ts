import {accessSync, constants, readFileSync} from 'node:fs';
import {chromium, type Browser, type BrowserContext, type Page} from 'playwright-core';
import {afterAll, afterEach, beforeAll, beforeEach, expect} from 'vitest';
import {bundle, ROOT} from '../bundle.js';
import {Servers} from './servers.js';

const CHROMIUM = process.env['AUTHPIPE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser to test with; says so when there is none. */
export const present = (() => {
  try {
    accessSync(CHROMIUM, constants.X_OK);
    return true;
  } catch {
    console.log('sdk-react/test/browser/browser.test.ts was skipped: Chromium is missing; install the package chromium, or name its program in AUTHPIPE_CHROMIUM');
    return false;
  }
})();

export let servers: Servers;
export let browser: Browser;
export let context: BrowserContext;
const errors: string[] = [];

/** Starts browser and servers before the tests, gives each test a browser of somebody new, and lets no error of a page pass. */
export function setStage() {
  beforeAll(async () => {
    const app = {file: ROOT + 'test/browser/app.tsx'};
    const alias = [{find: /^(react|react-dom)(\/.*)?$/, replacement: ROOT + 'test/react-18/node_modules/$1$2'}];
    const [with19, with18] = await Promise.all([bundle(app), bundle(app, {alias}), launch()]);
    expect(with18.modules.some(name => name.includes('test/react-18/node_modules/react-dom'))).toBe(true);
    const style = readFileSync(ROOT + 'src/styles.css', 'utf8') + 'html { background: Canvas; }'; // axe takes no colour for white
    servers = new Servers(with19.code, with18.code, style);
    await servers.start();
  });
  afterAll(async () => {
    await browser?.close();
    await servers?.stop();
  });
  beforeEach(async () => {
    servers.reset();
    errors.length = 0;
    context = await browser.newContext({locale: 'en-GB'});
    context.setDefaultTimeout(15_000);
    // Playwright makes every page believe that it has the focus; here the test says which page the person looks at.
    await context.addInitScript('document.hasFocus = () => window.__looksHere === true');
    context.on('weberror', error => errors.push(String(error.error())));
  });
  afterEach(async () => {
    await context.close();
    expect(errors).toEqual([]);
  });
}

async function launch() {
  browser = await chromium.launch({
    executablePath: CHROMIUM, ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache'],
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

export async function open(path = '/') {
  const page = await context.newPage();
  await page.goto(servers.application + path);
  return page;
}

/** Clicks, and gives the window that opens, at the connect page. */
export async function popupOf(page: Page, name = 'Connect Sandbox') {
  const [popup] = await Promise.all([context.waitForEvent('page'), page.getByRole('button', {name}).click()]);
  await popup.locator('#allow').waitFor();
  return popup;
}

export const said = (page: Page, text: string) => page.locator('.authpipe-connect .authpipe-said').filter({hasText: text}).waitFor();
export const phase = (page: Page) => page.locator('.authpipe-connect').first().getAttribute('data-phase');
export const settled = (page: Page, expected: string) => page.locator(`.authpipe-connect[data-phase="${expected}"]`).first().waitFor();

/** The person turns to the page. */
export const looksAt = (page: Page) => page.evaluate(() => {
  Object.assign(window, {__looksHere: true});
  window.dispatchEvent(new Event('focus'));
});

/** Lets the flow ask how its session stands a few times more. */
export function asked(times = 3) {
  const before = servers.count('GET', /^\/api\/connect\/cs_/);
  return expect.poll(() => servers.count('GET', /^\/api\/connect\/cs_/) - before, {timeout: 5_000}).toBeGreaterThanOrEqual(times);
}
