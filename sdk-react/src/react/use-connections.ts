import {useCallback, useEffect, useRef, useState} from 'react';
import {browserSurroundings, codeOf, within, type CallOptions, type Connection} from '../core/index.js';
import {useSurrounding} from './provider.js';

const CALL_MS = 30_000;

export interface UsedConnections {
  /** Undefined until the first answer. */
  readonly connections: readonly Connection[] | undefined;
  /** Why the last thing did not work. */
  readonly failure: string | undefined;
  /** What is under way: a connection's id, `erase`, or nothing. */
  readonly busy: string | undefined;
  reload(): Promise<void>;
  /** Resolves to whether it worked. */
  disconnect(connectionId: string): Promise<boolean>;
  erase(): Promise<boolean>;
}

/** The signed-in person's own connections, without those that are disconnected. Loads again when something was connected and when the person turns to the page. */
export function useConnections(): UsedConnections {
  const {backEnd, surroundings, onChange} = useSurrounding();
  const [around] = useState(() => surroundings ?? browserSurroundings());
  const [connections, setConnections] = useState<readonly Connection[]>();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState<string>();
  const ended = useRef<AbortController | undefined>(undefined);
  const question = useRef(0);

  const call = useCallback(<T>(work: (options: CallOptions) => Promise<T>) => {
    ended.current ??= new AbortController();
    return within(around, CALL_MS, ended.current.signal, work);
  }, [around]);

  const reload = useCallback(async () => {
    const mine = ++question.current;
    try {
      const all = await call(options => backEnd.list(options));
      if (mine === question.current) {
        setConnections(all.filter(({status}) => status !== 'disconnected'));
        setFailure(undefined);
      }
    } catch (thrown) {
      if (mine === question.current && codeOf(thrown) !== 'cancelled') {
        setFailure(codeOf(thrown));
      }
    }
  }, [backEnd, call]);

  const change = useCallback(async (what: string, work: (options: CallOptions) => Promise<unknown>) => {
    setBusy(what);
    try {
      await call(work);
      await reload();
      return true;
    } catch (thrown) {
      setFailure(codeOf(thrown));
      return false;
    } finally {
      setBusy(undefined);
    }
  }, [call, reload]);

  useEffect(() => {
    void reload();
    const stops = [onChange(() => void reload()), around.onAttention(() => void reload())];
    return () => {
      stops.forEach(stop => stop());
      ended.current?.abort();
      ended.current = undefined;
    };
  }, [around, onChange, reload]);

  return {
    connections, failure, busy, reload,
    disconnect: connectionId => change(connectionId, options => backEnd.disconnect(connectionId, options)),
    erase: () => change('erase', options => backEnd.erase(options)),
  };
}
