// Walks through the dashboard in a real Chromium, as people with a mouse and people with a keyboard do. The first line of standard input
// says what there is; what happens is written as one JSON object on each line: steps, and what is asked of who started the walk. Every page is examined by axe in light and dark; with DASHBOARD_PICTURES=all each is photographed too.
import {createHmac} from 'node:crypto';
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {crc32, deflateSync} from 'node:zlib';
import {chromium} from 'playwright-core';

const heard = createInterface({input: process.stdin})[Symbol.asyncIterator]();
const told = JSON.parse((await heard.next()).value);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.DASHBOARD_PICTURES === 'all'; // a check needs none, and each takes as long as a page
const WIDE = {width: 1280, height: 860};
const NARROW = {width: 390, height: 844};
const AT = '/#/w/' + told.workspace;
mkdirSync(told.screenshots, {recursive: true});

const say = object => process.stdout.write(JSON.stringify(object) + '\n');
const seen = [];
let failed = false;

async function step(name, work) {
  try {
    await work();
    say({step: name});
  } catch (failure) {
    failed = true;
    say({step: name, failure: String(failure?.stack ?? failure)});
    await current?.screenshot({path: `${told.screenshots}/failed-${name.replace(/\W+/g, '-')}.png`}).catch(() => undefined);
  }
}

function check(holds, what) {
  if (!holds) {
    throw new Error('does not hold: ' + what);
  }
}

const browser = await chromium.launch({
  executablePath: told.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let current;

/** A browser of somebody: a context of its own, with what goes wrong in its console. */
async function visitor() {
  const context = await browser.newContext({viewport: WIDE, colorScheme: 'light', locale: 'en-GB', reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write']});
  await context.addInitScript(axeSource);
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on('console', message => {
    if (message.type() === 'error' && page.url().startsWith(told.origin) && !/status of (401|403|404|409|422|400)/.test(message.text())) {
      seen.push(message.text());
    }
  });
  page.on('pageerror', error => page.url().startsWith(told.origin) && seen.push(String(error)));
  current = page;
  return page;
}

const heading = (page, name) => page.getByRole('heading', {level: 1, name, exact: typeof name === 'string'}).waitFor();
const button = (page, name) => page.getByRole('button', {name, exact: typeof name === 'string'});
const link = (page, name) => page.getByRole('link', {name, exact: typeof name === 'string'});
const visible = (page, words) => page.getByText(words).first().waitFor();

async function open(page, path, name) {
  await page.goto(told.origin + path);
  await heading(page, name);
  await page.waitForFunction(() => !document.querySelector('.loading'));
}

/** Examines the page as it is, in both themes, and keeps pictures of it. */
async function examine(page, name) {
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({colorScheme: scheme});
    // what a theme changes is colors
    const rules = scheme === 'light' ? {} : {runOnly: {type: 'rule', values: ['color-contrast']}};
    const {violations} = await page.evaluate(options => globalThis.axe.run(document, options), {resultTypes: ['violations'], ...rules});
    check(violations.length === 0, `axe finds nothing on ${name} in ${scheme}: ` + violations.map(one => `${one.id} at ${one.nodes.map(node => node.target.join(' ')).join(', ')}`).join('; '));
    await picture(page, name, scheme, WIDE);
    await picture(page, name, scheme, NARROW);
  }
  await page.emulateMedia({colorScheme: 'light'});
}

/** Looks whether the page fits the window, and keeps a picture of it where they are asked for. */
async function picture(page, name, scheme, size) {
  if (scheme === 'dark' && !pictures) {
    return; // a theme moves nothing
  }
  await page.setViewportSize(size);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(wide <= 0, `${name} is no wider than a window of ${size.width} pixels (by ${wide})`);
  if (pictures) {
    await page.screenshot({path: `${told.screenshots}/${name}-${size.width}-${scheme}.png`, fullPage: true});
  }
  await page.setViewportSize(WIDE);
}

/** Presses Tab until the focus is on what reads so; its ring must be seen. */
async function tabTo(page, wanted) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const at = document.activeElement;
      return {name: (at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '').trim(), ring: at ? getComputedStyle(at).outlineStyle : 'none'};
    });
    if (focused.name === wanted) {
      check(focused.ring !== 'none', `the focus on ${wanted} is seen`);
      return;
    }
  }
  throw new Error('Tab never comes to ' + wanted);
}

const focused = page => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

/** A code of RFC 6238. */
function totp(base32, seconds) {
  const bits = [...base32.replace(/\s/g, '')].map(sign => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const hash = createHmac('sha1', key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A picture of one color (W3C PNG third edition). */
function png(width, height, [red, green, blue]) {
  const chunk = (type, content) => {
    const body = Buffer.concat([Buffer.from(type), content]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(content.length);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), body.length + 4);
    return whole;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([red, green, blue]))]);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array(height).fill(line)))), chunk('IEND', Buffer.alloc(0))]);
}

async function signIn(page, email) {
  await open(page, '/', 'Sign in');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(told.password);
  await button(page, 'Sign in').click();
}

const ada = await visitor();

await step('a stranger sees sign-in, and what is wrong in a clear sentence', async () => {
  await open(ada, AT + '/audit', 'Sign in');
  await button(ada, 'Continue with Acme SSO').waitFor();
  await ada.getByLabel('E-mail address').fill(told.owner);
  await ada.getByLabel('Password').fill('not the password');
  await button(ada, 'Sign in').click();
  await ada.getByRole('alert').getByText('Address, password or code is wrong.').waitFor();
  await examine(ada, 'sign-in');
});

await step('a keyboard signs in with a second factor, and comes to the page that was asked for', async () => {
  await ada.getByLabel('Password').focus();
  await ada.keyboard.press('Control+A');
  await ada.keyboard.type(told.password);
  await ada.keyboard.press('Enter');
  await heading(ada, 'Confirm it is you');
  await examine(ada, 'second-factor');
  await ada.keyboard.type(told.code);
  await ada.keyboard.press('Enter');
  await heading(ada, 'Audit');
});

await step('a keyboard walks through the main pages and through a dialog', async () => {
  await open(ada, AT, 'Overview');
  await ada.reload();
  await heading(ada, 'Overview');
  check(await focused(ada) === 'Overview', 'the title of a new page has the focus');
  await ada.evaluate(() => document.querySelector('.brand').focus());
  await ada.keyboard.press('Shift+Tab');
  check(await focused(ada) === 'Skip to content', 'the first stop skips the navigation');
  await ada.keyboard.press('Enter');
  check(await ada.evaluate(() => document.activeElement?.id) === 'content', 'the skip link leads to the content');
  for (const name of ['Integrations', 'Connections', 'API keys', 'Usage', 'Webhooks', 'Branding', 'Data planes', 'Members', 'Audit', 'Settings']) {
    await ada.evaluate(() => document.querySelector('.brand').focus());
    await tabTo(ada, name);
    await ada.keyboard.press('Enter');
    await heading(ada, name);
    check(await ada.evaluate(() => document.title) === `${name} · Authpipe`, 'the window is named after ' + name);
  }
  await open(ada, AT + '/members', 'Members');
  await tabTo(ada, 'Invite');
  await ada.keyboard.press('Enter');
  await ada.getByRole('dialog', {name: 'Invite somebody'}).waitFor();
  await tabTo(ada, 'Cancel');
  await ada.keyboard.press('Escape');
  await ada.getByRole('dialog').waitFor({state: 'detached'});
  check(await focused(ada) === 'Invite', 'the focus is back on the button that opened the dialog');
});

await step('the guided set-up shows exactly what to register and to run, and sees the secret arrive', async () => {
  await open(ada, AT + '/integrations/slack', 'slack');
  await visible(ada, /https:\/\/<connect origin>\/callback\/int_/);
  await examine(ada, 'integration-set-up-first');
  await ada.getByLabel('Connect origin').fill('https://connect.acme.example');
  await button(ada, 'Save origin').click();
  const callback = ada.getByText(/^https:\/\/connect\.acme\.example\/callback\/int_[0-9a-z]{26}$/);
  await callback.waitFor();
  await button(ada, 'Copy: Redirect URI (callback URL)').click();
  check(await ada.evaluate(() => navigator.clipboard.readText()) === await callback.textContent(), 'the callback URL was copied as it stands');
  await ada.getByText('bin/authpipe approve', {exact: true}).waitFor();
  await ada.getByText('bin/authpipe secret set slack --workspace acme-production', {exact: true}).waitFor();
  await visible(ada, 'No proxy has told of a client secret yet.');
  await examine(ada, 'integration-set-up');
  say({store_secret: 'slack'});
  await ada.getByText(/^Client secret present since /).waitFor();
  check(await ada.getByText('bin/authpipe secret set slack', {exact: false}).count() === 0, 'nothing is left to store');
  await examine(ada, 'integration-done');
});

await step('an integration is created from the catalog, and a secret is refused', async () => {
  await open(ada, AT + '/integrations', 'Integrations');
  await examine(ada, 'integrations');
  await link(ada, 'New integration').click();
  await heading(ada, 'Choose a provider');
  await examine(ada, 'providers');
  await link(ada, /GitHub/).click();
  await heading(ada, 'New GitHub integration');
  await ada.getByLabel('Client ID').fill('ghp_abcdefghijklmnopqrstuvwxyz0123456789');
  await ada.getByLabel('see your e-mail addresses').check();
  await button(ada, 'Create integration').click();
  await ada.getByRole('alert').getByText(/the control plane takes none/).waitFor();
  await ada.getByLabel('Client ID').fill('Iv1.second');
  await button(ada, 'Create integration').click();
  await ada.getByRole('alert').getByText('That name is taken. Choose another.').waitFor();
  await examine(ada, 'new-integration');
  await ada.getByLabel('Name', {exact: true}).fill('github-mobile');
  await button(ada, 'Create integration').click();
  await heading(ada, 'github-mobile');
  await visible(ada, 'user:email');
  await link(ada, 'Edit').click();
  await heading(ada, 'Edit github-mobile');
  check(await ada.getByLabel('see your e-mail addresses').isChecked(), 'the chosen scope is kept');
  await ada.getByLabel('Note').fill('For the phone');
  await button(ada, 'Save changes').click();
  await visible(ada, 'For the phone');
});

await step('connections are filtered by status and integration, found by id, and explained', async () => {
  await open(ada, AT + '/connections', 'Connections');
  check(await ada.getByRole('row').count() === 26, 'a page has 25 connections');
  await examine(ada, 'connections');
  await button(ada, 'Next page').click();
  await visible(ada, 'Page 2');
  await ada.getByLabel('Status').selectOption('reauth_required');
  await ada.waitForFunction(() => document.querySelectorAll('tbody tr').length === 4);
  check(await ada.getByRole('row').filter({hasText: 'Needs reconnect'}).count() === 4, 'all of them need a reconnect');
  await ada.getByLabel('Integration').selectOption({label: 'google'});
  await ada.waitForFunction(() => document.querySelectorAll('tbody tr').length === 2);
  check(ada.url().includes('show=reauth_required&integration=int_'), 'the filter stands in the address');
  await ada.getByLabel('Status').selectOption('key_unavailable');
  await heading(ada, 'Connections');
  await visible(ada, 'No connection matches');
  await examine(ada, 'connections-none');
  await link(ada, 'Clear filters').click();
  await ada.getByLabel('Connection ID').fill('something else');
  await button(ada, 'Open').click();
  await ada.getByRole('alert').waitFor();
  await ada.getByLabel('Connection ID').fill(told.connection);
  await ada.keyboard.press('Enter');
  await heading(ada, 'Connection');
  await visible(ada, 'The credential no longer works, and no refresh can repair it.');
  await visible(ada, 'The end user has to connect again');
  await examine(ada, 'connection');
  await button(ada, 'Disconnect').click();
  await ada.getByRole('dialog', {name: 'Disconnect this connection?'}).waitFor();
  await examine(ada, 'disconnect');
  await button(ada.getByRole('dialog'), 'Disconnect').click();
  await ada.getByRole('status').getByText('The command is on its way.').waitFor();
  await ada.getByRole('row').filter({hasText: 'Disconnect'}).filter({hasText: 'On its way'}).first().waitFor();
});

await step('a data plane is created, and its enrolment code shown once with the command', async () => {
  await open(ada, AT + '/data-planes', 'Data planes');
  await examine(ada, 'data-planes');
  await link(ada, 'New data plane').click();
  await heading(ada, 'New data plane');
  await ada.getByLabel('Name').fill('milan');
  await button(ada, 'Create data plane').click();
  await heading(ada, 'Enrol the proxy');
  await ada.getByText('bin/authpipe enrol --config authpipe.yaml', {exact: true}).waitFor();
  const code = await ada.getByText(/^ap_enrol_[A-Za-z0-9_-]{100,}$/).textContent();
  await examine(ada, 'enrolment-code');
  await button(ada, 'Done, go on').click();
  await heading(ada, 'milan');
  await visible(ada, 'No proxy is enrolled yet.');
  check(!(await ada.content()).includes(code), 'the code is gone');
  await ada.goBack();
  await ada.waitForFunction(() => !document.querySelector('.loading'));
  check(!(await ada.content()).includes(code), 'the code does not come back');
  await open(ada, AT + '/data-planes', 'Data planes');
  await link(ada, 'frankfurt').click();
  await heading(ada, 'frankfurt');
  await visible(ada, 'Changes waiting for approval: 2');
  await ada.getByRole('row').filter({hasText: /chg_/}).filter({hasText: 'Approved'}).waitFor();
  await examine(ada, 'data-plane');
});

await step('what waits and what failed at data planes is shown, and erasures without a person', async () => {
  await open(ada, AT + '/data-planes', 'Data planes');
  await ada.getByRole('heading', {name: 'Changes waiting for approval'}).waitFor();
  check(await ada.getByRole('row').filter({hasText: /chg_[0-9a-z]{26}/}).count() === 2, 'two changes wait');
  await ada.getByRole('row').filter({hasText: 'retention'}).filter({hasText: 'store_unavailable'}).filter({hasText: 'frankfurt'}).waitFor();
  await open(ada, AT + '/connections', 'Connections');
  await link(ada, 'Erasures').click();
  await heading(ada, 'Erasures');
  await ada.getByRole('row').filter({hasText: /era_/}).filter({hasText: '2 revocations still owed'}).waitFor();
  await ada.getByRole('row').filter({hasText: /era_/}).filter({hasText: 'Complete'}).waitFor();
  await examine(ada, 'erasures');
  await open(ada, '/#/w/' + told.empty + '/erasures', 'Erasures');
  await examine(ada, 'empty-erasures');
});

await step('usage is drawn and told in numbers, by time and by integration', async () => {
  await open(ada, AT + '/usage', 'Usage');
  await ada.getByRole('img', {name: /^Bar chart from .* The most was/}).waitFor();
  check(await ada.getByRole('rowheader').filter({hasText: /^(google|slack|github)$/}).count() === 3, 'three integrations were used');
  await examine(ada, 'usage');
  await ada.getByText('Show as a table').focus();
  await ada.keyboard.press('Enter');
  await ada.getByRole('table', {name: 'By day'}).waitFor();
  check(await ada.getByRole('table', {name: 'By day'}).getByRole('row').count() === 31, 'a row for each of thirty days');
  await examine(ada, 'usage-table');
  await ada.getByLabel('Time').selectOption('24h');
  await ada.getByRole('heading', {name: 'By hour'}).waitFor();
  await ada.getByLabel('Integration').selectOption({label: 'slack'});
  await ada.waitForFunction(() => document.querySelectorAll('tbody th').length === 1 || ![...document.querySelectorAll('tbody th')].some(one => one.textContent === 'google'));
  check(ada.url().includes('range=24h&integration=int_'), 'the filter stands in the address');
  await examine(ada, 'usage-hours');
  await open(ada, '/#/w/' + told.empty + '/usage', 'Usage');
  await visible(ada, 'No usage in this time');
  await examine(ada, 'empty-usage');
});

await step('webhook endpoints are added, changed and removed, without a secret', async () => {
  await open(ada, AT + '/webhooks', 'Webhooks');
  await examine(ada, 'webhooks');
  await link(ada, 'Add endpoint').click();
  await heading(ada, 'Add an endpoint');
  check(await ada.getByLabel(/secret/i).count() === 0, 'no secret is asked for');
  await ada.getByLabel('Address').fill('https://10.0.0.7/hooks');
  await ada.getByLabel('a connection changes').uncheck();
  await button(ada, 'Add endpoint').click();
  await ada.getByRole('alert').getByText(/on the public internet/).waitFor();
  await examine(ada, 'webhook-new');
  await ada.getByLabel('Address').fill('https://hooks.acme.com/second');
  await button(ada, 'Add endpoint').click();
  await heading(ada, 'Webhooks');
  await link(ada, 'https://hooks.acme.com/second').click();
  await heading(ada, 'Edit endpoint');
  check(!await ada.getByLabel('a connection changes').isChecked() && await ada.getByLabel('a connection is made').isChecked(), 'the chosen events are kept');
  for (const event of ['a connection is made', 'the end user has to connect again', 'a connection works again', 'a connection is ended',
    'a connection is deleted with its person', 'a refresh fails for now', 'the end user will have to connect again within days',
    'the key of a connection is to be replaced']) {
    await ada.getByLabel(event).uncheck();
  }
  check(await button(ada, 'Save changes').isDisabled(), 'an endpoint without events cannot be saved');
  await ada.getByLabel('a connection is made').check();
  await button(ada, 'Save changes').click();
  await heading(ada, 'Webhooks');
  await button(ada, 'Disable: https://hooks.acme.com/second').click();
  await button(ada.getByRole('dialog'), 'Disable').click();
  await ada.getByRole('row').filter({hasText: 'hooks.acme.com/second'}).filter({hasText: 'Disabled'}).waitFor();
  await button(ada, 'Remove: https://hooks.acme.com/second').click();
  await examine(ada, 'webhook-remove');
  await button(ada.getByRole('dialog'), 'Remove endpoint').click();
  await ada.getByRole('row').filter({hasText: 'hooks.acme.com/second'}).waitFor({state: 'detached'});
  await open(ada, '/#/w/' + told.empty + '/webhooks', 'Webhooks');
  await examine(ada, 'empty-webhooks');
});

await step('branding is seen before it is saved, warns of what is hard to read, and takes no script', async () => {
  await open(ada, AT + '/branding', 'Branding');
  await examine(ada, 'branding-first');
  await ada.getByLabel(/^Application name/).fill('<img src=x onerror=alert(1)> & Söhne');
  await visible(ada, '<img src=x onerror=alert(1)> & Söhne wants to connect to your account');
  await ada.getByLabel('Accent colour', {exact: true}).fill('#ffe94d');
  await visible(ada, /hard to read on white: their contrast is 1\.\d to 1/);
  await (pictures && ada.screenshot({path: `${told.screenshots}/branding-pale.png`, fullPage: true}));
  const logo = ada.getByLabel(/^Logo/);
  await logo.setInputFiles({name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'.padEnd(200))});
  await ada.getByRole('alert').getByText('That is no PNG.', {exact: false}).waitFor();
  check(await ada.locator('canvas').count() === 0, 'no picture is shown');
  await logo.setInputFiles({name: 'logo.png', mimeType: 'image/png', buffer: png(240, 80, [11, 107, 83])});
  await ada.waitForFunction(() => [...document.querySelectorAll('canvas')].filter(one => one.width === 240 && one.getContext('2d').getImageData(5, 5, 1, 1).data[1] === 107).length === 2);
  await ada.getByLabel(/^Application name/).fill('Acme & Söhne');
  await ada.getByLabel('Accent colour: pick').fill('#0b6b53');
  check(await ada.getByLabel('Accent colour', {exact: true}).inputValue() === '#0b6b53', 'the picker writes the colour');
  await ada.getByLabel('Background colour', {exact: true}).fill('#eef4f1');
  await ada.getByLabel(/^Support address/).fill('https://acme.com/help');
  check(await ada.getByText('is needed').count() === 0, 'nothing is hard to read any more');
  await button(ada, 'Save changes').click();
  await ada.getByRole('status').getByText('Saved.').waitFor();
  await ada.reload();
  await heading(ada, 'Branding');
  await ada.waitForFunction(() => [...document.querySelectorAll('canvas')].some(one => one.width === 240));
  await examine(ada, 'branding');
  await open(ada, AT + '/integrations/new/github', 'New GitHub integration');
  await ada.waitForFunction(() => [...document.querySelectorAll('input')].some(one => one.value === 'Acme & Söhne'));
});

await step('an API key is asked for and never shown', async () => {
  await open(ada, AT + '/api-keys', 'API keys');
  await ada.getByText('bin/authpipe approve', {exact: true}).waitFor();
  await examine(ada, 'api-keys');
  await link(ada, 'Request API key').click();
  await heading(ada, 'Request an API key');
  await examine(ada, 'api-key-request');
  await ada.getByLabel('Name', {exact: true}).fill('Nightly export');
  await ada.getByLabel('Only these').check();
  await ada.getByLabel('google').check();
  await ada.getByLabel(/Most calls a minute/).fill('120');
  await button(ada, 'Request key').click();
  await heading(ada, 'API keys');
  await ada.getByRole('row').filter({hasText: 'Nightly export'}).filter({hasText: '120 a minute'}).waitFor();
  check(!/ap_sk_/.test(await ada.content()), 'no key is on the page');
  await link(ada, 'Calendar sync').click();
  await heading(ada, 'Calendar sync');
  await button(ada, 'Narrow').click();
  await ada.getByRole('dialog').getByLabel('read access tokens').uncheck();
  await examine(ada, 'api-key-narrow');
  await button(ada, 'Narrow key').click();
  await ada.getByRole('dialog').waitFor({state: 'detached'});
  await ada.getByText('tokens:read', {exact: true}).waitFor({state: 'detached'});
  await examine(ada, 'api-key');
});

await step('members are invited and get other roles', async () => {
  await open(ada, AT + '/members', 'Members');
  await examine(ada, 'members');
  await button(ada, 'Invite').click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill('dorothy@acme.example');
  await dialog.getByLabel('Support').check();
  await examine(ada, 'invite');
  await button(dialog, 'Send invitation').click();
  await ada.getByRole('row').filter({hasText: 'dorothy@acme.example'}).filter({hasText: 'Support'}).waitFor();
  await button(ada, 'Change role: Linus Pauling').click();
  await ada.getByRole('dialog').getByLabel('Viewer').check();
  await button(ada.getByRole('dialog'), 'Change role').click();
  await ada.getByRole('row').filter({hasText: 'Linus Pauling'}).filter({hasText: 'Viewer'}).waitFor();
});

await step('the audit log is filtered and tells what was done just now', async () => {
  await open(ada, AT + '/audit', 'Audit');
  await examine(ada, 'audit');
  await ada.getByLabel('Event').selectOption('member.role_changed');
  await button(ada, 'Apply').click();
  await ada.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
  await ada.getByRole('row').filter({hasText: 'Changed a role'}).filter({hasText: 'Ada Lovelace'}).waitFor();
  await ada.getByText('Changed a role').click();
  await visible(ada, 'role before');
  await examine(ada, 'audit-event');
});

await step('settings, workspaces, overview and the account are there', async () => {
  await open(ada, AT, 'Overview');
  await visible(ada, '4 connections need the end user to connect again');
  await visible(ada, 'Data plane stockholm has not been heard from');
  await examine(ada, 'overview');
  await open(ada, '/#/w/' + told.empty, 'Overview');
  await visible(ada, 'Set up this workspace');
  await examine(ada, 'overview-empty');
  for (const [path, name] of [['/integrations', 'Integrations'], ['/connections', 'Connections'], ['/api-keys', 'API keys'], ['/data-planes', 'Data planes']]) {
    await open(ada, '/#/w/' + told.empty + path, name);
    await examine(ada, 'empty' + path.replace('/', '-'));
  }
  await open(ada, AT + '/settings', 'Settings');
  await ada.getByLabel('Display name').fill('Acme Live');
  await button(ada, 'Save changes').first().click();
  await ada.getByRole('status').getByText('Saved.').waitFor();
  await ada.locator('.workspace-name').getByText('Acme Live').waitFor();
  await examine(ada, 'settings');
  const [download] = await Promise.all([ada.waitForEvent('download'), button(ada, 'Download Terraform').click()]);
  check(download.suggestedFilename() === 'authpipe-acme-production.tf', 'the export is a file: ' + download.suggestedFilename());
  await open(ada, '/#/workspaces', 'Workspaces');
  await examine(ada, 'workspaces');
  await open(ada, '/#/workspaces/new', 'New workspace');
  await examine(ada, 'new-workspace');
  await open(ada, '/#/account', 'Your account');
  await visible(ada, '(this one)');
  await examine(ada, 'account');
  await open(ada, '/#/nowhere', 'Nothing here');
  await examine(ada, 'missing');
});

await step('a narrow window has the navigation behind a button', async () => {
  await open(ada, AT, 'Overview');
  await ada.setViewportSize(NARROW);
  check(!await link(ada, 'Audit').isVisible(), 'the navigation is out of the way');
  await tabTo(ada, 'Menu');
  await ada.keyboard.press('Enter');
  await link(ada, 'Audit').waitFor();
  const {violations} = await ada.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
  check(violations.length === 0, 'axe finds nothing in the open menu: ' + violations.map(one => one.id));
  await (pictures && ada.screenshot({path: `${told.screenshots}/menu-390-light.png`}));
  await link(ada, 'Audit').click();
  await heading(ada, 'Audit');
  check(!await link(ada, 'Overview').isVisible(), 'the menu closes when it has led somewhere');
  await ada.setViewportSize(WIDE);
});

await step('a recovery code signs in as well, and sessions elsewhere can be ended', async () => {
  const elsewhere = await visitor();
  await signIn(elsewhere, told.owner);
  await button(elsewhere, 'Use a recovery code instead').click();
  await elsewhere.getByLabel('Recovery code').fill(told.recovery_codes[0]);
  await elsewhere.keyboard.press('Enter');
  await heading(elsewhere, 'Workspaces');
  await open(ada, '/#/account', 'Your account');
  await button(ada, 'End all others').click();
  await ada.getByRole('status').getByText('The other sessions have ended.').waitFor();
  await link(elsewhere, 'Acme Live').click();
  await heading(elsewhere, 'Sign in');
  await visible(elsewhere, 'Your session has ended.');
  await elsewhere.context().close();
});

await step('who may only read is offered nothing else', async () => {
  const vera = await visitor();
  await signIn(vera, told.viewer);
  await heading(vera, 'Overview');
  check(await link(vera, 'Audit').count() === 0, 'no audit for a viewer');
  for (const [path, name, offers] of [
    ['/integrations', 'Integrations', 'New integration'], ['/integrations/slack', 'slack', 'Edit'], ['/api-keys', 'API keys', 'Request API key'],
    ['/members', 'Members', 'Invite'], ['/data-planes', 'Data planes', 'New data plane'], ['/connections/' + told.connection, 'Connection', 'Disconnect'],
    ['/webhooks', 'Webhooks', 'Add endpoint'], ['/branding', 'Branding', 'Save changes'], ['/settings', 'Settings', 'Save changes']]) {
    await open(vera, AT + path, name);
    check(await vera.getByText(offers, {exact: true}).and(vera.locator('a, button')).count() === 0, `${offers} is not offered`);
  }
  await vera.context().close();
});

await step('an admin without a second factor can only set one up, and does', async () => {
  const grace = await visitor();
  await signIn(grace, told.admin);
  await heading(grace, 'Set up a second factor');
  await grace.getByLabel(/Your password/).fill(told.password);
  await button(grace, 'Begin').click();
  await grace.getByRole('img', {name: 'QR code for your authenticator app'}).waitFor();
  await examine(grace, 'second-factor-set-up');
  const key = await grace.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).textContent();
  await grace.getByLabel('Code that the app shows').fill(totp(key, told.now));
  await button(grace, 'Turn on').click();
  await grace.getByRole('heading', {name: 'Keep your recovery codes'}).waitFor();
  check(await grace.getByRole('listitem').count() === 10, 'ten recovery codes');
  await examine(grace, 'recovery-codes');
  await button(grace, 'I have kept them').click();
  await heading(grace, 'Overview');
  await grace.context().close();
});

await step('an invitation makes an account and its first workspace, and its code leaves the address', async () => {
  const rosalind = await visitor();
  await open(rosalind, '/#/sign-up/' + told.invitation, 'Create your account');
  await rosalind.waitForFunction(() => window.location.hash === '#/sign-up');
  await examine(rosalind, 'sign-up');
  await rosalind.getByLabel('Your name').fill('Rosalind Franklin');
  await rosalind.getByLabel('Password').fill('short');
  await button(rosalind, 'Create account').click();
  await rosalind.getByRole('alert').getByText(/at least 12 characters/).waitFor();
  await rosalind.getByLabel('Password').fill(told.password);
  await button(rosalind, 'Create account').click();
  await visible(rosalind, 'We have sent a link to your address.');
  say({mail: 'rosalind@acme.example'});
  await open(rosalind, '/#/verify/' + (await heard.next()).value, 'Verify your address');
  await rosalind.getByLabel('Password').fill(told.password);
  await button(rosalind, 'Verify address').click();
  await heading(rosalind, 'Workspaces');
  await examine(rosalind, 'workspaces-none');
  await link(rosalind, 'New workspace').click();
  await rosalind.getByLabel('Display name').fill('King’s College');
  check(await rosalind.getByLabel('Name', {exact: true}).inputValue() === 'king-s-college', 'a short name is suggested');
  await button(rosalind, 'Create workspace').click();
  await heading(rosalind, 'Overview');
  await visible(rosalind, 'Enrol a data plane');
  await button(rosalind, 'Sign out').click();
  await heading(rosalind, 'Sign in');
  await link(rosalind, 'Forgot your password?').click();
  await heading(rosalind, 'Reset your password');
  await examine(rosalind, 'reset');
  await rosalind.getByLabel('E-mail address').fill('rosalind@acme.example');
  await button(rosalind, 'Send the link').click();
  await heading(rosalind, 'Look into your mail');
  await rosalind.context().close();
});

/** Signs in at the provider's own pages, which are not ours. */
async function atProvider(page, login) {
  await page.waitForURL(url => !url.href.startsWith(told.origin));
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').filter({hasText: 'Continue'}).click();
  await page.waitForURL(url => url.href.startsWith(told.origin));
}

await step('single sign-on by invitation makes an account, and the button on the sign-in page leads back into it', async () => {
  const hedy = await visitor();
  await open(hedy, '/#/sign-up/' + told.invitation_at_provider, 'Create your account');
  await button(hedy, 'Continue with Acme SSO').click();
  await atProvider(hedy, told.invited_at_provider);
  await heading(hedy, 'Overview');
  await hedy.locator('.workspace-name').getByText('Acme Live').waitFor();
  await hedy.context().close();
  const again = await visitor();
  await open(again, AT + '/usage', 'Sign in');
  await button(again, 'Continue with Acme SSO').click();
  await atProvider(again, told.invited_at_provider);
  await heading(again, 'Overview');
  await again.getByText(told.invited_at_provider, {exact: true}).first().waitFor();
  check(!/code=|state=/.test(again.url()), 'nothing of the trip is left in the address');
  await button(again, 'Sign out').click();
  await heading(again, 'Sign in');
  await again.context().close();
});

await step('single sign-on does not lead into an account that merely claims the address', async () => {
  const joan = await visitor();
  await open(joan, '/', 'Sign in');
  await button(joan, 'Continue with Acme SSO').click();
  await atProvider(joan, told.claimed_by_another);
  await heading(joan, 'Link this identity');
  await examine(joan, 'link-identity');
  check(await joan.evaluate(async () => (await fetch('/api/v1/session')).status) === 401, 'nobody is signed in');
  await joan.getByLabel('E-mail address').fill(told.claimed_by_another);
  await joan.getByLabel('Password').fill(told.password);
  await button(joan, 'Sign in').click();
  await joan.getByRole('alert').getByText('Your address is not verified yet.', {exact: false}).waitFor();
  check(await joan.evaluate(async () => (await fetch('/api/v1/session')).status) === 401, 'nobody is signed in');
  await joan.context().close();
  const liar = await visitor();
  await open(liar, '/', 'Sign in');
  await button(liar, 'Continue with Acme SSO').click();
  await atProvider(liar, 'unverified:' + told.viewer);
  await heading(liar, 'Sign-in did not work');
  await examine(liar, 'sign-in-failed');
  check(await liar.evaluate(async () => (await fetch('/api/v1/session')).status) === 401, 'an address that the provider did not verify is nobody’s');
  await link(liar, 'Back to sign-in').click();
  await heading(liar, 'Sign in');
  await liar.context().close();
});

await step('nothing was refused by the content security policy, and no script failed', async () => {
  check(seen.length === 0, 'the console is silent: ' + seen.join('; '));
});

await browser.close();
process.stdin.destroy();
say({end: !failed});
