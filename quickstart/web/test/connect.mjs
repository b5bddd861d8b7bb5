// Walks through the pages of the connect listener in a real Chromium: the connect page, the pages that an authorization answer ends on, and the
// page that takes a client secret, in each language. Each is examined by axe in light and dark and heard as a screen reader would: through the
// accessibility tree that Chromium gives it. The first line of standard input says where things are; each step is written as a JSON object on a
// line, and what is asked of who started the walk as {"do"}. With WALK_PICTURES=all each page is photographed too.
import {ask, axeSource, check, examine, launch, pictures, say, told} from './walk.mjs';

const WIDE = {width: 960, height: 760};

let failed = false;
let context;

const browser = await launch();

/** Somebody who speaks a language, with a browser of their own. */
async function person(language) {
  await context?.close();
  context = await browser.newContext({viewport: WIDE, colorScheme: 'light', locale: language, reducedMotion: 'reduce'});
  context.setDefaultTimeout(20_000);
  await context.addInitScript(axeSource);
  return context.newPage();
}

async function step(language, name, work) {
  try {
    await work(await person(language));
    say({step: `${language}: ${name}`});
  } catch (failure) {
    failed = true;
    say({step: `${language}: ${name}`, failure: String(failure?.stack ?? failure)});
    await context.pages()[0]?.screenshot({path: `${told.screenshots}/failed-${language}-${name.replace(/\W+/g, '-')}.png`}).catch(() => undefined);
  }
}

/** What a screen reader has of a page: the tree without what is not heard, each with its role, name, text and properties. */
async function tree(page) {
  const session = await context.newCDPSession(page);
  const {nodes} = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const byId = new Map(nodes.map(node => [node.nodeId, node]));
  const text = node => node.role?.value === 'StaticText' ? node.name?.value ?? '' : (node.childIds ?? []).map(id => byId.get(id)).filter(Boolean).map(text).join(' ');
  return nodes.filter(node => !node.ignored).map(node => ({
    role: node.role?.value, name: (node.name?.value ?? '').trim(), text: text(node).replace(/\s+/g, ' ').trim(),
    is: Object.fromEntries((node.properties ?? []).map(one => [one.name, one.value?.value])),
  }));
}

const CONTROLS = new Set(['button', 'link', 'textbox', 'searchbox', 'Date']);

/**
 * What holds of every view: a title that is its one main heading, its language, controls that say what they do, and a focus that stands somewhere
 * sensible. Gives the tree.
 */
async function hears(page, language, {focus = 'heading', alert = false, next}) {
  let heard = await tree(page);
  for (let looked = 0; looked < 30 && heard.find(one => one.is.focused && one.role !== 'RootWebArea')?.role !== focus; looked++) {
    await page.waitForTimeout(100); // the tree follows the page a little later
    heard = await tree(page);
  }
  const [root] = heard;
  const headings = heard.filter(one => one.role === 'heading' && one.is.level === 1);
  check(headings.length === 1, `there is one main heading, and not ${headings.length}`);
  check(root.role === 'RootWebArea' && root.name === headings[0].name && root.name !== '', `the title ${root.name} is the heading ${headings[0].name}`);
  check(heard.filter(one => one.role === 'main').length === 1, 'there is one main landmark');
  check(await page.evaluate(() => document.documentElement.lang) === language, `the page says that it is in ${language}`);
  const at = heard.find(one => one.is.focused && one.role !== 'RootWebArea');
  check(at?.role === focus, `the focus is on a ${focus}, and not on ${at?.role ?? 'nothing'}`);
  const alerts = heard.filter(one => one.role === 'alert');
  check(alerts.length === (alert ? 1 : 0), `${alerts.length} alerts are heard`);
  check(!alert || (alerts[0].is.live === 'assertive' && alerts[0].text.length > 20), `the alert is read out at once: ${alerts[0]?.text}`);
  for (const one of heard.filter(each => CONTROLS.has(each.role))) {
    check(one.name.length > 2, `a ${one.role} says what it is: ${one.name}`);
    check(one.is.focusable, `${one.name} can be reached`);
  }
  if (next) {
    check(heard.some(one => (one.role === 'button' || one.role === 'link') && one.name === next), `what to do next is a control: ${next}`);
  }
  return heard;
}

const WORDS = {
  en: {onward: 'Continue to Sandbox', working: 'Working…', cancel: 'Cancel and go back to ', again: 'Try again', reload: 'Load the page again', toApplication: 'Go back to the application',
    pattern: 'Show', choose: 'Choose another service', connect: 'Connect', store: 'Store the client secret', storing: 'Storing…', secret: 'Client secret', stored: 'The client secret is stored'},
  de: {onward: 'Weiter zu Sandbox', working: 'Einen Moment …', cancel: 'Abbrechen und zurück zu ', again: 'Noch einmal versuchen', reload: 'Seite neu laden', toApplication: 'Zurück zur Anwendung',
    pattern: 'Zeigen', choose: 'Anderen Dienst wählen', connect: 'Verbinden', store: 'Client-Secret speichern', storing: 'Wird gespeichert …', secret: 'Client-Secret', stored: 'Das Client-Secret ist gespeichert'},
  fr: {onward: 'Continuer vers Sandbox', working: 'Un instant…', cancel: 'Annuler et revenir à ', again: 'Réessayer', reload: 'Recharger la page', toApplication: 'Revenir à l’application',
    pattern: 'Afficher', choose: 'Choisir un autre service', connect: 'Connecter', store: 'Enregistrer le secret client', storing: 'Enregistrement…', secret: 'Secret client', stored: 'Le secret client est enregistré'},
};
const button = (page, name) => page.getByRole('button', {name, exact: true});
const ready = page => page.waitForFunction(() => document.querySelector('h1') && document.getElementById('card')?.getAttribute('aria-busy') !== 'true');
const focused = page => page.waitForFunction(() => document.activeElement?.tagName === 'H1');

async function open(page, address) {
  await page.goto(address);
  await ready(page);
}

/** What an answer that does not come in time looks like: the request hangs until it is let go, and then fails as on a broken line. */
async function hold(page, path) {
  let let_go;
  const gone = new Promise(resolve => {
    let_go = resolve;
  });
  await page.route(told.connect + path, async route => {
    await gone;
    await route.abort('connectionreset');
  });
  return async () => {
    let_go();
    await page.waitForSelector('[role=alert]');
    await page.unroute(told.connect + path);
  };
}

/** Presses a button that works on something: its words are read out, it keeps the focus, and what goes wrong is read out where it went wrong. */
async function works(page, language, name, path, words) {
  const status = async () => (await tree(page)).find(one => one.role === 'status');
  const fails = await hold(page, path);
  await button(page, name).focus();
  check((await status())?.text === '' , 'a live region waits, and says nothing');
  await page.keyboard.press('Enter');
  await page.waitForFunction(text => document.getElementById('status').textContent === text, words);
  const during = await status();
  check(during.text === words && during.is.live === 'polite', 'that it works is read out: ' + during.text);
  const held = (await tree(page)).find(one => one.is.focused && one.role === 'button');
  check(held?.name === words && held.is.disabled === true, 'the button keeps the focus and cannot be pressed twice');
  await fails();
  const after = await tree(page);
  check(after.filter(one => one.role === 'alert' && one.text.length > 20).length === 1, 'what went wrong is read out');
  check(after.find(one => one.is.focused && one.role === 'button')?.name === name, 'the focus is on what can be tried again');
  check((await status()).text === '', 'it is not said to work any more');
}

/** Goes to the provider and comes back; gives the address that it came back to. */
async function decide(page, language, decision) {
  let answer = '';
  page.on('request', request => {
    answer = request.url().startsWith(told.connect + '/callback/') ? request.url() : answer;
  });
  await button(page, WORDS[language].onward).click();
  await button(page, decision).click();
  await page.waitForURL(url => url.origin === new URL(told.application).origin || url.pathname.startsWith('/callback/'));
  await page.waitForLoadState();
  return answer;
}

// The connect listener takes 20 requests a minute from one address, and three people who speak one language each come from one here.
const refilled = () => new Promise(resolve => setTimeout(resolve, 45_000));

for (const language of Object.keys(WORDS)) {
  const words = WORDS[language];
  if (language !== Object.keys(WORDS)[0]) {
    await refilled();
  }
  const is = name => `${name}-${language}`;

  await step(language, 'the connect page says what it works on, and what went wrong', async page => {
    await open(page, (await ask('session')).url);
    await hears(page, language, {next: words.onward});
    await examine(page, is('consent'));
    await works(page, language, words.onward, '/connect/start', words.working);
    await examine(page, is('consent-trouble'));
  });

  await step(language, 'a choice, and a key that is entered', async page => {
    await open(page, (await ask('choice')).url);
    await hears(page, language, {});
    await examine(page, is('choice'));
    await button(page, 'Sandbox (key)').click();
    await focused(page);
    await hears(page, language, {next: words.connect});
    await button(page, words.connect).click();
    const heard = await tree(page);
    const field = heard.find(one => one.is.focused && one.role === 'textbox');
    check(field?.is.invalid === 'true' && field.is.required, 'the focus is on the field that is wrong, and it says so');
    await examine(page, is('key'));
    await button(page, words.choose).click();
    await focused(page);
    await hears(page, language, {});
  });

  await step(language, 'a session that ran out', async page => {
    await open(page, (await ask('session')).url);
    await ask('expire');
    await page.reload();
    await ready(page);
    const heard = await hears(page, language, {alert: true});
    check(heard.some(one => one.role === 'link' && one.name.startsWith(words.cancel)), 'the way back is known');
    await examine(page, is('expired'));
  });

  await step(language, 'a link that is not known, and none at all', async page => {
    await open(page, told.connect + '/connect#' + 'A'.repeat(43));
    await hears(page, language, {alert: true});
    await examine(page, is('unknown'));
    await open(await person(language), told.connect + '/connect');
    await hears(context.pages()[0], language, {alert: true});
  });

  await step(language, 'a server that is away', async page => {
    await page.route(told.connect + '/connect/session*', route => route.fulfill({status: 503, contentType: 'application/problem+json', body: '{"code":"store_unavailable"}'}));
    await open(page, (await ask('session')).url);
    await hears(page, language, {alert: true, next: words.again});
    await examine(page, is('away'));
    await page.unroute(told.connect + '/connect/session*');
    await button(page, words.again).click();
    await button(page, words.onward).waitFor();
    await hears(page, language, {next: words.onward});
  });

  await step(language, 'an error of the provider', async page => {
    await ask('provider_error');
    await open(page, (await ask('session')).url);
    await decide(page, language, 'Allow');
    await hears(page, language, {alert: true, next: words.again});
    await examine(page, is('provider-error'));
  });

  await step(language, 'an answer that was used, here and in another browser', async page => {
    await open(page, (await ask('session')).url);
    const answer = await decide(page, language, 'Allow');
    await page.goto(answer);
    await page.getByRole('link', {name: words.toApplication}).waitFor();
    await hears(page, language, {alert: true, next: words.toApplication});
    await examine(page, is('used'));
    const stranger = await person(language);
    await stranger.goto(answer);
    await hears(stranger, language, {alert: true});
    await examine(stranger, is('stranger'));
  });

  await step(language, 'an address at which there is nothing', async page => {
    await page.goto(told.connect + '/callback/nothing');
    await hears(page, language, {alert: true});
    await examine(page, is('nothing'));
  });

  await step(language, 'the page that takes a client secret', async page => {
    await open(page, told.connect + '/client-secret');
    await hears(page, language, {alert: true});
    await page.goto((await ask('entry')).url); // in the same tab, where the fragment alone changes
    await button(page, words.store).waitFor();
    await hears(page, language, {next: words.store});
    await examine(page, is('secret'));
    await page.getByLabel(words.secret, {exact: true}).fill('sbx_' + 'secret_of_nobody');
    await works(page, language, words.store, '/client-secret/set', words.storing);
    await examine(page, is('secret-trouble'));
    await button(page, words.store).click();
    await page.getByRole('heading', {name: words.stored}).waitFor();
    await hears(page, language, {});
    await examine(page, is('secret-stored'));
    const other = await person(language);
    await open(other, told.connect + '/client-secret#' + told.integration + '.' + 'A'.repeat(43));
    await hears(other, language, {alert: true});
    await examine(other, is('secret-unknown'));
  });
}

await step('en', 'branding of the control plane, once it is approved', async page => {
  const worn = () => page.evaluate(() => ({
    accent: getComputedStyle(document.documentElement).getPropertyValue('--accent').trim(), picture: document.querySelector('.marks img')?.naturalWidth ?? 0,
    heading: document.querySelector('h1').textContent,
  }));
  await open(page, (await ask('session')).url);
  const before = await worn();
  check(before.picture === 0 && before.heading.startsWith('Tasklight would like'), 'it looks as usual: ' + JSON.stringify(before));
  await ask('brand');
  await page.reload();
  await ready(page);
  check(JSON.stringify(await worn()) === JSON.stringify(before), 'what waits for the operator is not shown');
  await ask('approve');
  let after = before;
  for (let look = 0; look < 20 && !after.heading.includes('Söhne'); look++) { // each of the changes comes into force by itself
    await page.reload();
    await ready(page);
    after = await worn();
  }
  check(after.accent === '#7a3cc4' && after.picture === 96 && after.heading.startsWith('Tasklight & Söhne would like'), 'it is shown once it is approved: ' + JSON.stringify(after));
  await hears(page, 'en', {next: 'Continue to Sandbox'});
  await examine(page, 'branded');
  if (pictures) {
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({colorScheme: scheme});
      await page.screenshot({path: `${told.screenshots}/branded-${scheme}.png`});
    }
  }
});

await browser.close();
say({end: !failed});
process.exit(0);
