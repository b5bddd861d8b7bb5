import {createContext, useContext, useMemo, type ReactNode} from 'react';
import {sentence, type ConnectBackEnd, type ConnectFlowOptions, type Sentences} from '../core/index.js';
import {englishWords, type Words} from './words.js';

export interface ConnectProviderProps extends Pick<ConnectFlowOptions, 'opens' | 'whenBlocked' | 'connectOrigin' | 'limits' | 'surroundings'> {
  /** The same one in every render: flows keep the one that they began with, and lists load again with another one. */
  readonly backEnd: ConnectBackEnd;
  /** The application's own sentences for codes. */
  readonly sentences?: Sentences | undefined;
  /** The application's own words. */
  readonly words?: Partial<Words> | undefined;
  readonly children?: ReactNode;
}

interface Surrounding extends Omit<ConnectProviderProps, 'words' | 'sentences' | 'children'> {
  readonly words: Words;
  say(code: string): string;
  /** Tells every list that something was connected. */
  changed(): void;
  onChange(work: () => void): () => void;
}

const Context = createContext<Surrounding | null>(null);

/** What the hooks and components below it use: the application's back end, and its words. Holds no connection and no secret. */
export function ConnectProvider({children, words, sentences, backEnd, opens, whenBlocked, connectOrigin, limits, surroundings}: ConnectProviderProps) {
  const lists = useMemo(() => new Set<() => void>(), []);
  const value = useMemo<Surrounding>(() => ({
    backEnd, opens, whenBlocked, connectOrigin, limits, surroundings,
    words: {...englishWords, ...words},
    say: code => sentence(code, sentences),
    changed: () => [...lists].forEach(each => each()),
    onChange(work) {
      lists.add(work);
      return () => void lists.delete(work);
    },
  }), [backEnd, opens, whenBlocked, connectOrigin, limits, surroundings, words, sentences, lists]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** What the provider above gives. */
export function useSurrounding(): Surrounding {
  const surrounding = useContext(Context);
  if (!surrounding) {
    throw new Error('There is no ConnectProvider above this component.');
  }
  return surrounding;
}
