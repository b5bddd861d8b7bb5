import axeCore from 'axe-core';
import {beforeEach, describe, expect, it} from 'vitest';
import {englishSentences} from '../../src/core/index.js';
import {asked, browser, context, looksAt, open, phase, popupOf, present, said, servers, setStage, settled} from './stage.js';

describe.skipIf(!present)('in a real Chromium', () => {
  setStage();

  // The pages of the second are built with React 18.
  describe.each([[true, 'that cuts itself off'], [false, 'that does not, and React 18']] as const)('with a connect page %#', (cutOff, how) => {
    beforeEach(() => {
      servers.cutOff = cutOff;
      servers.withReact18 = !cutOff;
    });

    it(`connects in a window, which closes (${how})`, async () => {
      const page = await open();
      const popup = await popupOf(page);
      await said(page, 'Go on in the window that opened.');
      expect(await popup.evaluate(() => window.opener)).toBeNull();
      const closed = popup.waitForEvent('close');
      await popup.locator('#allow').click();
      await said(page, 'Connected.');
      await closed;
      await page.getByText('sandbox · Ada').waitFor();
      const {finishCode} = servers.only();
      expect(servers.count('POST', /^\/api\/connect\/finish$/)).toBe(1);
      expect(servers.seen.filter(each => JSON.stringify(each).includes(finishCode!)).map(({method, path}) => method + ' ' + path.split('?')[0])).toEqual(['GET /connected', 'POST /api/connect/finish']);
      expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
    });

    it(`says that nothing was connected when the person, or the provider, declines (${how})`, async () => {
      for (const outcome of ['access_denied', 'provider_refused'] as const) {
        servers.sessions.clear();
        const page = await open();
        const popup = await popupOf(page);
        await popup.locator('#' + outcome).click();
        await said(page, englishSentences[outcome]); // while the window still offers to try again
        expect(await phase(page)).toBe('waiting');
        const closed = popup.waitForEvent('close');
        await popup.locator('#back').click();
        await settled(page, 'failed');
        await said(page, englishSentences[outcome]);
        await closed;
        await page.getByRole('button', {name: 'Connect again'}).waitFor();
        await page.close();
      }
      expect(servers.count('POST', /finish/)).toBe(0);
    });

    it(`says what to do when the window is closed (${how})`, async () => {
      const page = await open();
      const popup = await popupOf(page);
      await popup.close();
      await looksAt(page);
      await said(page, englishSentences.popup_closed);
      expect(servers.only().status).toBe('pending');
      const second = await popupOf(page, 'Connect again');
      await second.locator('#allow').click();
      await said(page, 'Connected.');
      expect(servers.sessions.size).toBe(2);
    });
  });

  it('goes on waiting while the person is in a window that seems closed, and is connected after it said so too early', async () => {
    const page = await open();
    const popup = await popupOf(page);
    await asked();
    expect(await phase(page)).toBe('waiting');
    await looksAt(page);
    await said(page, englishSentences.popup_closed);
    await popup.locator('#allow').click();
    await said(page, 'Connected.');
  });

  it('takes the whole page when the window is blocked, and comes back to the return page', async () => {
    const page = await open('/?click');
    await page.locator('#allow').click();
    await page.getByRole('heading', {name: 'Connected.'}).waitFor();
    expect(page.url()).toBe(servers.application + '/connected');
    expect(context.pages()).toHaveLength(1);
    expect(servers.count('POST', /finish/)).toBe(1);
    await page.getByRole('link', {name: 'Back to the application'}).click();
    await page.getByText('sandbox · Ada').waitFor();
  });

  it('says that the window is blocked where the page must stay', async () => {
    const page = await open('/?click&stay');
    await said(page, englishSentences.popup_blocked);
    expect(servers.sessions.size).toBe(0);
  });

  it('finishes without the page that began, and says so itself', async () => {
    const page = await open();
    const popup = await popupOf(page);
    await page.close();
    await popup.locator('#allow').click();
    await popup.getByRole('heading', {name: 'Connected.'}).waitFor();
    expect(servers.only().status).toBe('finished');
    await popup.getByRole('link', {name: 'Back to the application'}).click();
    await popup.getByText('sandbox · Ada').waitFor();
  });

  it('makes one session and one window of a double click', async () => {
    const page = await open();
    const [popup] = await Promise.all([context.waitForEvent('page'), page.getByRole('button', {name: 'Connect Sandbox'}).dblclick()]);
    await popup.locator('#allow').click();
    await said(page, 'Connected.');
    expect(servers.count('POST', /^\/api\/connect$/)).toBe(1);
  });

  it('says what to do after the back button, before and after the return', async () => {
    const page = await open('/?redirect');
    await page.getByRole('button', {name: 'Connect Sandbox'}).click();
    await page.locator('#allow').waitFor();
    await page.goBack({waitUntil: 'commit'});
    // Chromium shows the page as it was left; without that it is loaded anew, and nothing is pending in it.
    const again = page.getByRole('button', {name: /^Connect (Sandbox|again)$/});
    await expect.poll(async () => `${await phase(page)}: ${await page.locator('.authpipe-connect .authpipe-said').textContent()}`)
      .toMatch(new RegExp(`^(failed: ${englishSentences.interrupted}|idle: )$`));
    await again.click();
    await page.locator('#allow').click();
    await page.getByRole('heading', {name: 'Connected.'}).waitFor();
    await page.goBack({waitUntil: 'commit'}); // to the connect page, whose answer was used
    await page.locator('#allow').waitFor();
    await page.goForward({waitUntil: 'commit'});
    await page.getByRole('link', {name: 'Back to the application'}).waitFor();
    expect(page.url()).toBe(servers.application + '/connected');
    await page.reload();
    await page.getByText(englishSentences.return_missing).waitFor();
    expect(servers.count('POST', /finish/)).toBe(1);
  });

  it('says that the time ran out, here and to who comes back too late', async () => {
    const page = await open();
    const popup = await popupOf(page);
    servers.only().status = 'expired';
    await said(page, englishSentences.session_expired);
    servers.only().status = 'pending';
    servers.refusal = {status: 400, code: 'finish_code_invalid'};
    await page.close(); // else it would be told, and the window close
    await popup.locator('#allow').click();
    await popup.getByText(englishSentences.finish_code_invalid).waitFor();
  });

  it('sends the same finish again when the refusal passes', async () => {
    const page = await open();
    const popup = await popupOf(page);
    servers.refusal = {status: 502, code: 'provider_unreachable'};
    await popup.locator('#allow').click();
    await popup.getByText(englishSentences.provider_unreachable).waitFor();
    await settled(page, 'returned');
    servers.refusal = null;
    await popup.getByRole('button', {name: 'Try again'}).click();
    await said(page, 'Connected.');
  });

  it('connects again what needs the person', async () => {
    const id = 'conn_01kb2v7m3ae8wrx5t9fd6hq4zc';
    servers.connections.set(id, {id, integration: 'sandbox', status: 'reauth_required', account: 'Ada', scopes: ['profile']});
    const page = await open();
    const popup = await popupOf(page, 'Connect again');
    expect(servers.only().connectionId).toBe(id);
    await popup.locator('#allow').click();
    await page.locator('li[data-status="active"]').waitFor();
    expect([...servers.connections.keys()]).toEqual([id]);
    await page.getByRole('button', {name: 'Disconnect: sandbox · Ada'}).click();
    await page.getByRole('button', {name: 'Disconnect', exact: true}).click();
    await page.getByText('Nothing is connected.').waitFor();
    expect(servers.connections.size).toBe(0);
  });

  it('lets two tabs go their own ways', async () => {
    const first = await open();
    const second = await open();
    const firstPopup = await popupOf(first);
    const secondPopup = await popupOf(second);
    await firstPopup.locator('#access_denied').click();
    await firstPopup.locator('#back').click();
    await settled(first, 'failed');
    expect(await phase(second)).toBe('waiting');
    await secondPopup.locator('#allow').click();
    await said(second, 'Connected.');
    expect(await phase(first)).toBe('failed');
  });

  it('has components that axe finds nothing wrong with, in light and dark', async () => {
    servers.connections.set('conn_1', {id: 'conn_1', integration: 'sandbox', status: 'reauth_required', account: 'Ada', scopes: ['profile']});
    const page = await open();
    await page.getByRole('button', {name: 'Disconnect: sandbox · Ada'}).click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme});
      const found = await page.evaluate(async source => {
        (0, eval)(source);
        return (await (globalThis as unknown as {axe: typeof axeCore}).axe.run()).violations.map(({id}) => id);
      }, axeCore.source).catch((blocked: unknown) => String(blocked));
      expect(found).toEqual([]);
    }
  });

  describe('from another origin', () => {
    it('nothing is heard, and nothing told is believed', async () => {
      const page = await open();
      const popup = await popupOf(page);
      const {id} = servers.only();
      const ours = await open(); // hears what the stranger must not
      const stranger = await context.newPage();
      await stranger.goto(servers.stranger);
      const listen = (name: string) => {
        const channel = new BroadcastChannel(name);
        Object.assign(window, {channel, heard: [] as unknown[]});
        channel.onmessage = event => (window as unknown as {heard: unknown[]}).heard.push(event.data);
      };
      await stranger.evaluate(listen, 'authpipe-connect:' + id);
      await ours.evaluate(listen, 'authpipe-connect:' + id);
      await stranger.evaluate(() => {
        const {channel} = window as unknown as {channel: BroadcastChannel};
        channel.postMessage({form: 'authpipe-connect-1', about: 'connected'});
        channel.postMessage({form: 'authpipe-connect-1', about: 'failed', code: 'access_denied'});
      });
      await asked();
      expect(await phase(page)).toBe('waiting');
      await popup.locator('#allow').click();
      await said(page, 'Connected.');
      const heard = () => (window as unknown as {heard: unknown[]}).heard;
      await expect.poll(() => ours.evaluate(heard)).toContainEqual({form: 'authpipe-connect-1', about: 'connected'});
      expect(await ours.evaluate(heard)).not.toContainEqual(expect.objectContaining({code: 'access_denied'}));
      expect(await stranger.evaluate(heard)).toEqual([]);
    });

    it('a page of the same origin that lies only makes the flow ask', async () => {
      const page = await open();
      await popupOf(page);
      const other = await open();
      await other.evaluate(name => new BroadcastChannel(name).postMessage({form: 'authpipe-connect-1', about: 'connected'}), 'authpipe-connect:' + servers.only().id);
      await asked();
      expect(await phase(page)).toBe('waiting');
    });

    it('a window that opened the application, or frames it, reads and triggers nothing', async () => {
      servers.framable = true;
      servers.strangersPage = '<!doctype html><title>Stranger</title><button onclick="window.opened = window.open(`' + servers.application + '/`)">Open</button>';
      const stranger = await context.newPage();
      await stranger.goto(servers.stranger);
      const [victim] = await Promise.all([context.waitForEvent('page'), stranger.getByRole('button').click()]);
      await victim.getByRole('button', {name: 'Connect Sandbox'}).waitFor();
      await stranger.evaluate(application => {
        const forged = [{form: 'authpipe-connect-1', about: 'connected'}, {type: 'connect'}, 'connected'];
        forged.forEach(message => (window as unknown as {opened: Window}).opened.postMessage(message, '*'));
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.src = `${application}/connected?session_id=cs_01kb2v7m3ae8wrx5t9fd6hq4zc&finish_code=${'x'.repeat(43)}`;
      }, servers.application);
      const frame = stranger.frameLocator('iframe');
      await frame.getByText(englishSentences.framed).waitFor();
      expect(await phase(victim)).toBe('idle');
      expect(servers.count('POST', /./)).toBe(0);
    });

    it('a return of somebody else\'s session connects nothing', async () => {
      const attacker = await browser.newContext();
      const theirs = await attacker.newPage();
      await theirs.goto(servers.application);
      await theirs.getByRole('button', {name: 'Connect Sandbox'}).click();
      await expect.poll(() => servers.sessions.size).toBe(1);
      const session = servers.only();
      session.status = 'authorized';
      session.finishCode = 'y'.repeat(43);
      const victim = await open();
      await victim.goto(`${servers.application}/connected?session_id=${session.id}&finish_code=${session.finishCode}`);
      await victim.getByText(englishSentences.verifier_mismatch).waitFor();
      expect(victim.url()).toBe(servers.application + '/connected');
      expect(servers.connections.size).toBe(0);
      await attacker.close();
    });
  });
});
