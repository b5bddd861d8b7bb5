import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {auditWords} from './audit-words';
import {permissions} from './permissions';
import {words} from './words';

const document = (name: string) => readFileSync(join(process.cwd(), '../../docs', name), 'utf8');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(match => match[1]);

test('every error code of the API has a sentence of its own', () => {
  const codes = matches(document('api/control-errors.md'), /^\| `([a-z_]+)` \|/gm);
  expect(codes.length).toBeGreaterThan(30);
  expect(Object.keys(words.errors).filter(code => code !== 'unreachable').sort()).toEqual(codes.sort());
});

test('every event of the audit log has words', () => {
  const types = document('control-audit-events.md').split('## Members of detail')[0] ?? '';
  expect(Object.keys(auditWords)).toEqual(matches(types, /^\| `([a-z_]+\.[a-z_]+)` \|/gm));
});

test('who is offered what follows the matrix of permissions', () => {
  const rows = document('api/control-permissions.md').split('\n').filter(line => line.startsWith('| `'));
  for (const [permission, roles] of Object.entries(permissions)) {
    const row = rows.map(line => line.split('|').map(cell => cell.trim())).find(cells => cells[2] === permission);
    expect(row, permission).toBeDefined();
    expect(['owner', 'admin', 'developer', 'support', 'viewer'].filter((_, index) => row?.[index + 3] === 'x'), permission).toEqual(roles);
  }
});

test('every call that the dashboard makes is documented', () => {
  const documented = matches(document('api/control-plane.yaml'), /^ {2}(\/api\/[^:]+):$/gm).map(path => path?.replace(/\{[^}]+}/g, '*'));
  const source = readFileSync('src/api/calls.ts', 'utf8').replaceAll('${at}', '/api/v1/workspaces/*');
  const called = [...source.matchAll(/[`'](\/api\/[^`']+)[`']/g)].map(match => match[1]?.replace(/\$\{[^}]+}/g, '*'));
  expect(called.length).toBeGreaterThan(60);
  called.forEach(path => expect(documented, path).toContain(path));
});
