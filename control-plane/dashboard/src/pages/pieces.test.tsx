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
import {keyOf, Qr} from './factor';
import {slug} from './new-workspace';
import {behind, queryOf, shownOf, SHOWN} from './states';

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
