// @vitest-environment jsdom
import {act} from 'react';
import {createRoot} from 'react-dom/client';
import {beforeEach, expect, test} from 'vitest';
import {Problem} from '../api/client';
import type {DataPlane} from '../api/types';
import {isAttended} from '../load';
import {address, parse} from '../router';
import {lines} from '../ui/form';
import {Exact} from '../ui/parts';
import {sentences} from '../ui/problem';
import {Table} from '../ui/table';
import {words} from '../words';
import {warnings} from './branding';
import {contrast, inkOn, isColor} from './contrast';
import {keyOf, Qr} from './factor';
import {bytesOf, logoOf} from './logo';
import {slug} from './new-workspace';
import {behind, queryOf, shownOf, SHOWN} from './states';
import {bounds, byIntegration, byPeriod, errors, periods, rangeOf, share, successes, top} from './usage';
import {UsageChart} from './usage-chart';

(globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;

function show(what: React.ReactNode): HTMLElement {
  const root = document.createElement('div');
  document.body.append(root);
  act(() => createRoot(root).render(what));
  return root;
}

beforeEach(() => document.body.replaceChildren());

test('an address in the fragment is read and written', () => {
  expect(parse('#/w/wks_1/connections?show=revoked')).toEqual({path: ['w', 'wks_1', 'connections'], query: new URLSearchParams('show=revoked')});
  expect(parse('')).toEqual({path: [], query: new URLSearchParams()});
  expect(parse('#/a%2Fb/%zz').path).toEqual(['a/b', '%zz']);
  expect(address('/w/x/audit', {type: 'a.b', from: '', to: undefined})).toBe('/w/x/audit?type=a.b');
});

test('each state that can be chosen asks for exactly the connections that are shown with it', () => {
  for (const shown of SHOWN) {
    const query = queryOf(shown);
    expect(shownOf({status: (query.status ?? 'active') as 'active', state: (query.state ?? 'active') as 'active'})).toBe(shown);
  }
  expect(queryOf('')).toEqual({});
  expect(queryOf('nonsense')).toEqual({});
});

test('a problem is told in our words, with the detail only where it helps, and when to come again', () => {
  expect(sentences(new Problem(409, 'name_taken', 'Names of this kind are unique.', '', null))).toEqual([words.errors.name_taken]);
  expect(sentences(new Problem(400, 'invalid_request', 'slug is 1 to 63 characters.', '', null))).toEqual([words.errors.invalid_request, 'slug is 1 to 63 characters.']);
  expect(sentences(new Problem(429, 'rate_limited', '', '', 100))).toEqual([words.errors.rate_limited, 'Try again in 2 minutes.']);
  expect(sentences(new Problem(418, 'of_tomorrow', '', '', null))).toEqual([words.errors.internal_error]);
});

test('how far a proxy is behind', () => {
  const plane = {feed_version: 9} as DataPlane;
  expect(behind(plane)).toBeNull();
  expect(behind({...plane, applied_version: 7})).toBe(2);
  expect(behind({...plane, applied_version: 10})).toBe(0);
});

test('a page that nobody touches for ten minutes asks for nothing by itself', () => {
  window.dispatchEvent(new Event('keydown'));
  expect(isAttended(Date.now() + 9 * 60_000)).toBe(true);
  expect(isAttended(Date.now() + 11 * 60_000)).toBe(false);
});

test('short names and lines', () => {
  expect(slug('  Äcme & Söhne GmbH ')).toBe('acme-sohne-gmbh');
  expect(lines(' a \n\n b')).toEqual(['a', 'b']);
});

test('a table keeps its roles and names every cell where it becomes a list', () => {
  const root = show(<Table caption="People" rows={[{id: '1', name: 'Ada'}]} keyOf={one => one.id}
    columns={[{head: 'Name', cell: one => one.name}, {head: 'Id', cell: one => one.id}, {head: 'Remove', actions: true, cell: () => <button type="button">x</button>}]} />);
  expect(root.querySelectorAll('[role=columnheader]')).toHaveLength(3);
  expect(root.querySelector('[role=rowheader]')?.textContent).toBe('Ada');
  expect([...root.querySelectorAll('.cell-head')].map(one => one.textContent)).toEqual(['Id']);
});

test('what is to be copied stands there as text, never as markup', () => {
  const root = show(<Exact text={'<img src=x> $(rm)'} label="a command" prompt />);
  expect(root.querySelector('code')?.textContent).toBe('<img src=x> $(rm)');
  expect(root.querySelector('img')).toBeNull();
  expect(root.querySelector('button')?.getAttribute('aria-label')).toBe('Copy: a command');
});

test('the key of an authenticator app is read from its address, and drawn', () => {
  const uri = 'otpauth://totp/Authpipe:ada@acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Authpipe';
  expect(keyOf(uri)).toBe('JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP');
  const root = show(<Qr text={uri} />);
  const drawn = root.querySelector('path')?.getAttribute('d') ?? '';
  expect(drawn.split('z').length).toBeGreaterThan(500);
  expect(root.querySelector('svg')?.getAttribute('aria-label')).toBe(words.factor.qr);
});

test('contrast is what WCAG says it is, and the better ink is chosen', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 2);
  expect(contrast('#ffffff', '#777777')).toBe(contrast('#777777', '#ffffff'));
  expect([inkOn('#ffe94d'), inkOn('#1f5fbf')]).toEqual(['#1c1d1f', '#ffffff']);
  expect(['#12345', '#12345g', 'red', '#123456;x', '#aB12cd'].map(isColor)).toEqual([false, false, false, false, true]);
  expect(warnings({})).toEqual([]);
  expect(warnings({accent_color: '#ffe94d'}).join()).toContain('hard to read on white');
  expect(warnings({accent_color: '#ff'})).toEqual([]);
});

test('a logo is a PNG whatever it calls itself, and of the size that is taken', () => {
  const png = (width: number, height: number, length = 60) => {
    const bytes = new Uint8Array(length);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    new DataView(bytes.buffer).setUint32(16, width);
    new DataView(bytes.buffer).setUint32(20, height);
    return bytes;
  };
  const text = (content: string) => new TextEncoder().encode(content.padEnd(100));
  expect(logoOf(text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'))).toEqual({rejected: 'format'});
  expect(logoOf(new Uint8Array(3))).toEqual({rejected: 'format'});
  expect(logoOf(png(10, 10, 24 * 1024 + 1))).toEqual({rejected: 'size'});
  expect([logoOf(png(513, 10)), logoOf(png(10, 0))]).toEqual([{rejected: 'pixels'}, {rejected: 'pixels'}]);
  const taken = logoOf(png(512, 512));
  expect('url' in taken && [...(bytesOf(taken.url) ?? [])]).toEqual([...png(512, 512)]);
  expect([bytesOf('data:image/svg+xml;base64,AAAA'), bytesOf('https://a/b.png'), bytesOf('data:image/png;base64,%')]).toEqual([null, null, null]);
});

test('usage is summed by period and by integration, and empty periods are there', () => {
  const now = Date.parse('2026-03-01T10:20:00Z');
  const day = rangeOf('7d');
  expect(rangeOf('ever').name).toBe('30d');
  expect(bounds(day, now)).toEqual({from: '2026-02-23T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z'});
  const row = (start: string, integration: string, calls: number, failed: number) =>
    ({start, integration, calls, token_reads: 1, refused: 0, failed, provider_errors: 0, refreshes: 0});
  const rows = [row('2026-02-28T00:00:00Z', 'a', 5, 0), row('2026-02-28T00:00:00Z', 'b', 50, 2), row('2026-03-01T00:00:00Z', 'a', 1, 1)];
  expect(byPeriod(rows, periods(day, now)).map(({sum}) => successes(sum) + errors(sum))).toEqual([0, 0, 0, 0, 0, 59, 3]);
  expect(byIntegration(rows).map(({integration, sum}) => [integration, sum.calls, errors(sum)])).toEqual([['b', 50, 2], ['a', 6, 1]]);
  expect([share(0, 0), share(0, 9), share(1, 3), share(1, 9_000), share(1, 50)]).toEqual([null, '0 %', '33 %', '< 0.1 %', '2.0 %']);
  expect([0, 4, 7, 11, 99, 100, 3_500].map(top)).toEqual([4, 4, 10, 20, 100, 100, 4_000]);
});

test('a chart says in words what it shows, and draws no bar of nothing', () => {
  const range = rangeOf('7d');
  const starts = periods(range, Date.parse('2026-03-01T10:20:00Z'));
  const sum = {calls: 0, token_reads: 0, refused: 0, failed: 0, provider_errors: 0, refreshes: 0};
  const root = show(<UsageChart range={range} periods={starts.map((start, at) => ({start, sum: at === 3 ? {...sum, calls: 8, failed: 2} : sum}))} />);
  expect(root.querySelector('[role=img]')?.getAttribute('aria-label')).toBe('Bar chart from 23 Feb to 1 Mar. The most was 10 on 26 Feb. The table below has every number.');
  expect([...root.querySelectorAll('.chart-plot rect')].filter(bar => bar.getAttribute('height') !== '0').map(bar => bar.getAttribute('height'))).toEqual(['80', '20']);
});
