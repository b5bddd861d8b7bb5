import {act, StrictMode, type ReactNode} from 'react';
import {createRoot, type Root} from 'react-dom/client';
import {afterEach, beforeEach, vi} from 'vitest';
import {ConnectProvider, type ConnectProviderProps} from '../../src/react/index.js';
import {Stage, StageBackEnd} from '../stage.js';

export let stage: Stage;
export let backEnd: StageBackEnd;
let root: Root;
export let page: HTMLElement;

(globalThis as {IS_REACT_ACT_ENVIRONMENT?: boolean}).IS_REACT_ACT_ENVIRONMENT = true;
HTMLCanvasElement.prototype.getContext = () => null; // axe asks for one; jsdom has none

beforeEach(() => {
  vi.useFakeTimers();
  stage = new Stage();
  backEnd = new StageBackEnd();
  page = document.body.appendChild(document.createElement('main'));
  root = createRoot(page);
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  vi.useRealTimers();
});

export async function show(content: ReactNode, options: Partial<ConnectProviderProps> = {}) {
  await act(async () => root.render(
    <StrictMode><ConnectProvider backEnd={backEnd} surroundings={stage} {...options}>{content}</ConnectProvider></StrictMode>,
  ));
  await pass(0);
}

export const unmount = () => act(async () => root.render(null));
export const pass = (milliseconds: number) => act(async () => {
  await vi.advanceTimersByTimeAsync(milliseconds);
});

export function button(name: string): HTMLButtonElement {
  const found = [...page.querySelectorAll('button')].find(each => (each.getAttribute('aria-label') ?? each.textContent) === name);
  if (!found) {
    throw new Error(`no button ${name} in ${page.innerHTML}`);
  }
  return found;
}

export async function click(name: string) {
  const target = button(name);
  target.focus();
  await act(async () => target.click());
  await pass(0);
}

export const said = () => page.querySelector('[role="status"]')?.textContent;
