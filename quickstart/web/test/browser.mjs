// Walks through the sample application in a real Chromium, with the real proxy, connect page and sandbox provider behind it. The first line of
// standard input says where they are; each step is written as a JSON object on a line, and what is asked of who started the walk as {"do"}.
// Every page is examined by axe in light and dark; with WALK_PICTURES=all each is photographed too.
import {ask, axeSource, check, examine, launch, say, told} from './walk.mjs';

const WIDE = {width: 1200, height: 800};

const seen = [];
let failed = false;
let last;

/** One thing that a person does, in a tab of their own; it ends in something that tells them what to do. */
async function step(name, work) {
  try {
    last = await tab();
    await work(last);
    check(seen.length === 0, 'nothing goes wrong in the console: ' + seen.join('; '));
    say({step: name});
  } catch (failure) {
    failed = true;
    say({step: name, failure: String(failure?.stack ?? failure)});
    for (const [at, page] of context.pages().entries()) {
      await page.screenshot({path: `${told.screenshots}/failed-${name.replace(/\W+/g, '-')}-${at}.png`}).catch(() => undefined);
    }
  }
  seen.length = 0;
  await Promise.all(context.pages().map(page => page.close()));
}

const browser = await launch({ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache']});
const context = await browser.newContext({viewport: WIDE, colorScheme: 'light', locale: 'en-GB', reducedMotion: 'reduce'});
context.setDefaultTimeout(15_000);
await context.addInitScript(axeSource);
// Playwright makes every page believe that it has the focus; here the walk says which page the person looks at.
await context.addInitScript('document.hasFocus = () => window.__looksHere === true');
context.on('console', message => {
  if (message.type() === 'error' && message.page()?.url().startsWith(told.origin) && !/status of (400|401|404|409|502)/.test(message.text())) {
    seen.push(message.text());
  }
});
context.on('weberror', error => seen.push(String(error.error())));

const tab = async (path = '/') => {
  const page = await context.newPage();
  await page.goto(told.origin + path);
  return page;
};
const button = (page, name) => page.getByRole('button', {name, exact: true});
const says = (page, words) => page.getByText(words).first().waitFor();
const heading = (page, name) => page.getByRole('heading', {name, exact: true}).waitFor();
const looksAt = page => page.evaluate(() => {
  Object.assign(window, {__looksHere: true});
  window.dispatchEvent(new Event('focus'));
});

/** Presses Tab until the focus is on what reads so; its ring must be seen. */
async function tabTo(page, wanted) {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => ({name: document.activeElement?.textContent?.trim() ?? '', ring: getComputedStyle(document.activeElement ?? document.body).outlineStyle}));
    if (at.name === wanted) {
      check(at.ring !== 'none', `the focus on ${wanted} is seen`);
      return;
    }
  }
  throw new Error('Tab never comes to ' + wanted);
}

/** Clicks, and gives the window that opens, at the connect page. */
async function windowOf(page, name = 'Connect Sandbox') {
  const [popup] = await Promise.all([context.waitForEvent('page'), button(page, name).click()]);
  await button(popup, 'Continue to Sandbox').waitFor();
  return popup;
}

async function decide(page, decision) {
  await button(page, 'Continue to Sandbox').click();
  await button(page, decision).click();
}

async function connect(page, name) {
  const popup = await windowOf(page, name);
  const closed = popup.waitForEvent('close');
  await decide(popup, 'Allow');
  await closed;
  await heading(page, 'Try what happens');
}

async function disconnect(page) {
  await page.getByRole('button', {name: /^Disconnect: Sandbox/}).click();
  await button(page, 'Disconnect').click();
  await says(page, 'Disconnected.');
  await button(page, 'Connect Sandbox').waitFor();
}

/** Clicks where no person did, so that the browser blocks the window. */
async function clickOfNobody() {
  const page = await context.newPage();
  await page.addInitScript(`
    if (location.origin === ${JSON.stringify(told.origin)} && location.pathname === '/' && !sessionStorage.clicked) {
      const look = setInterval(() => {
        const found = document.querySelector('.authpipe-connect button');
        if (found) {
          clearInterval(look);
          sessionStorage.clicked = 'once';
          found.click();
        }
      }, 20);
    }`);
  await page.goto(told.origin);
  await page.waitForURL(url => url.origin !== told.origin); // looking into the page would count as a touch of it
  await button(page, 'Continue to Sandbox').waitFor();
  return page;
}

await step('signs in as one of two pretend users', async page => {
  await heading(page, 'Your tasks, from everywhere');
  await examine(page, 'welcome');
  await tabTo(page, 'AOAda Okafor');
  await page.keyboard.press('Enter');
  await says(page, 'Nothing here yet. Connect an account to begin.');
  await says(page, 'None yet. Connect an account to import its issues.');
  await examine(page, 'empty');
});

await step('connects with the keyboard alone, in a window that closes', async page => {
  await button(page, 'Connect Sandbox').waitFor();
  await tabTo(page, 'Connect Sandbox');
  const [popup] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
  await button(popup, 'Continue to Sandbox').waitFor();
  await says(page, 'Go on in the window that opened.');
  const closed = popup.waitForEvent('close');
  await tabTo(popup, 'Continue to Sandbox');
  await popup.keyboard.press('Enter');
  await button(popup, 'Allow').waitFor();
  await popup.keyboard.press('Tab');
  await popup.keyboard.press('Tab');
  await tabTo(popup, 'Allow');
  await popup.keyboard.press('Enter');
  await closed;
  await says(page, 'Connected.');
  await says(page, 'Sandbox · Ada Okafor');
  check(new URL(page.url()).search === '', 'nothing of the return is in the address');
});

await step('imports issues, and once more when the access token has expired', async page => {
  await button(page, 'Import issues').click();
  await says(page, '3 new tasks.');
  await says(page, 'Access token no. 1, good for');
  await button(page, 'Let two hours pass').click();
  await says(page, /^Access token no. (1 has expired|2, good for)/); // the proxy renews ahead of need, too
  await button(page, 'Import issues').click();
  await says(page, 'The issues are up to date.');
  await says(page, 'Access token no. 2, good for');
  await examine(page, 'board');
});

await step('connects again when the service takes the grant no more', async page => {
  await button(page, 'Withdraw access at the service').click();
  await says(page, 'The service takes no token of yours any more.');
  await button(page, 'Import issues').click();
  await says(page, 'the service no longer accepts the access; please connect again.');
  await says(page, 'Needs you');
  await says(page, 'Only you can connect again.');
  await examine(page, 'needs-you');
  await connect(page, 'Connect again');
  await page.getByText('Needs you').waitFor({state: 'detached'});
  await button(page, 'Import issues').click();
  await says(page, 'The issues are up to date.');
});

await step('disconnects, after being asked', async page => {
  await disconnect(page);
  await says(page, 'Nothing here yet. Connect an account to begin.');
});

await step('denies', async page => {
  const popup = await windowOf(page);
  await decide(popup, 'Deny');
  await heading(popup, 'Nothing was connected');
  const closed = popup.waitForEvent('close');
  await popup.getByRole('link', {name: 'Go back to the application'}).click();
  await closed;
  await says(page, 'You, or the service, declined. Nothing was connected. You can connect again at any time.');
  await button(page, 'Connect again').waitFor();
});

await step('meets an error of the provider', async page => {
  await ask('provider_error');
  const popup = await windowOf(page);
  await decide(popup, 'Allow');
  await heading(popup, 'The service refused');
  await says(page, 'The service did not accept the request.');
  await button(page, 'Start again').waitFor();
});

await step('closes the window', async page => {
  const popup = await windowOf(page);
  await popup.close();
  await looksAt(page);
  await says(page, 'The window was closed, or is behind this one. Go on there, or connect again.');
  await button(page, 'Connect again').waitFor();
});

await step('clicks twice, and gets one window', async page => {
  const opened = [];
  context.on('page', one => opened.push(one));
  await button(page, 'Connect Sandbox').dblclick();
  await says(page, 'Go on in the window that opened.');
  await button(opened[0], 'Continue to Sandbox').waitFor();
  check(opened.length === 1, `one window opens, and not ${opened.length}`);
});

await step('lets the time run out', async page => {
  await windowOf(page);
  await ask('expire');
  await says(page, 'The time to connect ran out. Nothing was connected. Please connect again.');
  await button(page, 'Connect again').waitFor();
});

await step('goes back with the browser, in the window of the application', async () => {
  const page = await clickOfNobody();
  await page.goBack();
  // Chromium shows the page as it was left; without that it is loaded anew, and nothing is pending in it.
  await says(page, /^(You came back before the account was connected. Please connect again|None yet. Connect an account to import its issues).$/);
  await page.getByRole('button', {name: /^Connect (again|Sandbox)$/}).waitFor();
});

await step('connects without a window, where the browser blocks it', async () => {
  const page = await clickOfNobody();
  await decide(page, 'Allow');
  await heading(page, 'Connected.');
  check(page.url() === told.origin + '/connected', 'nothing of the return is in the address');
  await examine(page, 'returned');
  await page.getByRole('link', {name: 'Back to Tasklight'}).click();
  await says(page, 'Sandbox · Ada Okafor');
  await disconnect(page);
});

await step('closes the page that began', async page => {
  const popup = await windowOf(page);
  await page.close();
  await decide(popup, 'Allow');
  await says(popup, 'Your account is connected. You can close this window.');
  await popup.getByRole('link', {name: 'Back to Tasklight'}).click();
  await says(popup, 'Sandbox · Ada Okafor');
});

await step('has everything erased, and reads the receipt', async page => {
  await button(page, 'Erase everything about me').click();
  await button(page, 'Keep').click();
  await button(page, 'Erase everything about me').click();
  await button(page, 'Erase').click();
  await says(page, 'Erased. Your receipt: era_');
  await says(page, 'None yet. Connect an account to import its issues.');
});

await step('reads what the proxy recorded of each step', async page => {
  await page.getByRole('navigation').getByRole('link', {name: 'What the proxy recorded'}).click();
  for (const name of ['You connected an account', 'Tasklight used the connection', 'A new access token, silently', 'The service said no', 'You connected again', 'You disconnected',
    'You began to connect', 'You had yourself erased']) {
    await page.getByRole('heading', {level: 2, name, exact: true}).first().waitFor();
  }
  check(!/Okafor|user_ada/.test(await page.locator('main').innerText()), 'the record names nobody');
  await examine(page, 'record');
});

await step('signs out, and somebody else sees nothing of it', async page => {
  await button(page, 'Sign out').click();
  await page.getByRole('button', {name: 'Bruno Lind'}).click();
  await says(page, 'None yet. Connect an account to import its issues.');
  await page.goto(told.origin + '/record');
  await says(page, 'Nothing yet.');
});

await browser.close();
say({end: !failed});
process.exit(0);
