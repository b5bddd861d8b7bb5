import {useCallback, useEffect, useRef, useState} from 'react';
import {Problem} from './api/client';

export interface Loaded<T> {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

/** Loads when it is shown and when `deps` change; what was there stays until the new answer comes. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, deps: unknown[]): Loaded<T> {
  const [state, setState] = useState<{data?: T; problem?: Problem; loading: boolean}>({loading: true});
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setState(before => ({...before, loading: true}));
    latest.current(abort.signal).then(
      data => abort.signal.aborted || setState({data, loading: false}),
      (failure: unknown) => abort.signal.aborted || setState(before => ({
        data: before.data,
        loading: false,
        problem: failure instanceof Problem ? failure : new Problem(0, 'internal_error', '', '', null),
      })),
    );
    return () => abort.abort();
  }, [turn, ...deps]);
  const reload = useCallback(() => setTurn(n => n + 1), []);
  return {data: state.data, problem: state.problem, loading: state.loading, reload};
}

const ATTENDED_MS = 10 * 60_000;
let lastTouch = Date.now();
for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
  globalThis.addEventListener?.(kind, () => {
    lastTouch = Date.now();
  }, {passive: true, capture: true});
}

/** Whether somebody is at the page: calls of a page that nobody looks at must not keep a session alive. */
export function isAttended(now: number): boolean {
  return !document.hidden && now - lastTouch < ATTENDED_MS;
}

/** Calls again and again while it is wanted and somebody is at the page. */
export function usePoll(again: () => void, everyMs: number, wanted: boolean): void {
  useEffect(() => {
    if (!wanted) {
      return;
    }
    const timer = window.setInterval(() => {
      if (isAttended(Date.now())) {
        again();
      }
    }, everyMs);
    return () => window.clearInterval(timer);
  }, [again, everyMs, wanted]);
}

/** Pages by cursor: the way back is remembered. */
export function usePages(resetOn: string) {
  const [pages, setPages] = useState<{of: string; cursors: (string | undefined)[]}>({of: resetOn, cursors: [undefined]});
  const cursors = pages.of === resetOn ? pages.cursors : [undefined];
  return {
    cursor: cursors[cursors.length - 1],
    number: cursors.length,
    next: (cursor: string) => setPages({of: resetOn, cursors: [...cursors, cursor]}),
    first: () => setPages({of: resetOn, cursors: [undefined]}),
  };
}
