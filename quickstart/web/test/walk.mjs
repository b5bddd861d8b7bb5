// What each walk through pages begins with: the first line of standard input says where things are; each step is written as a JSON object on a
// line, and what is asked of who started the walk as {"do"}, to be answered by a line. With WALK_PICTURES=all each
// page that is examined is photographed too.
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {chromium} from 'playwright-core';

const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]();
export const told = JSON.parse((await lines.next()).value);
export const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const pictures = process.env.WALK_PICTURES === 'all';
mkdirSync(told.screenshots, {recursive: true});

export const say = object => process.stdout.write(JSON.stringify(object) + '\n');

/** Has who started the walk do something; gives what they say of it. */
export async function ask(what) {
  say({do: what});
  return JSON.parse((await lines.next()).value);
}

export function check(holds, what) {
  if (!holds) {
    throw new Error('does not hold: ' + what);
  }
}

/** A real Chromium that asks nobody outside for anything. */
export const launch = (more = {}) => chromium.launch({
  ...more, executablePath: told.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const PHONE = {width: 390, height: 844};

/** Examines the page as it is, in both themes and at the width of a phone. */
export async function examine(page, name) {
  const wideWindow = page.viewportSize();
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({colorScheme: scheme});
    const rules = scheme === 'light' ? {} : {runOnly: {type: 'rule', values: ['color-contrast']}}; // what a theme changes is colours
    const {violations} = await page.evaluate(options => globalThis.axe.run(document, options), {resultTypes: ['violations'], ...rules});
    check(violations.length === 0, `axe finds nothing on ${name} in ${scheme}: ` + violations.map(one => `${one.id} at ${one.nodes.map(node => node.target.join(' ')).join(', ')}`).join('; '));
    for (const size of scheme === 'light' || pictures ? [wideWindow, PHONE] : []) { // a theme moves nothing
      await page.setViewportSize(size);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(wide <= 0, `${name} is no wider than a window of ${size.width} pixels (by ${wide})`);
      if (pictures) {
        await page.screenshot({path: `${told.screenshots}/${name}-${size.width}-${scheme}.png`, fullPage: true});
      }
    }
    await page.setViewportSize(wideWindow);
  }
  await page.emulateMedia({colorScheme: 'light'});
}
