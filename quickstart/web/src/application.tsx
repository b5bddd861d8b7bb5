import {ConnectProvider, ConnectReturn, fetchBackEnd, type Returned} from '@authpipe/react';
import {useCallback, useEffect, useRef, useState, type ReactNode} from 'react';
import {ask, Refusal, type Overview} from './back-end';
import {Board} from './board';
import {Record} from './record';
import {Welcome} from './welcome';
import {sentences, words} from './words';

const backEnd = fetchBackEnd();

const NOTICE_MS = 10_000;

interface Told {
  readonly text: string;
  readonly bad: boolean;
}

/** The page at its three addresses. Whatever it shows comes from the back end, for the person who is signed in there. */
export function Application({returned}: {readonly returned: Returned | undefined}) {
  const [overview, setOverview] = useState<Overview>();
  const [told, setTold] = useState<Told>({text: '', bad: false});
  const asked = useRef(0);

  const reload = useCallback(async () => {
    const mine = ++asked.current;
    try {
      const answer = await ask<Overview>('GET', '/overview');
      if (mine === asked.current) {
        setOverview(answer);
      }
    } catch (thrown) {
      if (mine === asked.current) {
        setTold({text: thrown instanceof Refusal ? thrown.message : 'Something went wrong. Please try again.', bad: true});
      }
    }
  }, []);

  /** Does something, says how it went, and shows what there is then. */
  const during = useCallback(async (work: () => Promise<string>) => {
    setTold({text: '', bad: false});
    try {
      setTold({text: await work(), bad: false});
    } catch (thrown) {
      setTold({text: thrown instanceof Refusal ? thrown.message : 'Something went wrong. Please try again.', bad: true});
    }
    await reload();
  }, [reload]);

  useEffect(() => {
    if (told.text !== '' && !told.bad) {
      const gone = setTimeout(() => setTold({text: '', bad: false}), NOTICE_MS);
      return () => clearTimeout(gone);
    }
    return undefined;
  }, [told]);
  useEffect(() => {
    void reload();
    const again = (event: PageTransitionEvent) => void (event.persisted && reload()); // the page as it was left: somebody may have signed out since
    window.addEventListener('pageshow', again);
    return () => window.removeEventListener('pageshow', again);
  }, [reload]);

  if (location.pathname === '/connected') {
    return <Frame><main className="middle"><div className="card"><ConnectProvider backEnd={backEnd} words={words} sentences={sentences}><ConnectReturn returned={returned}/></ConnectProvider></div></main></Frame>;
  }
  const onRecord = location.pathname === '/record';
  const signOut = () => void during(async () => {
    await ask('POST', '/sign-out');
    return '';
  });
  const shown = overview === undefined ? <p className="hint" role="status">One moment…</p> : !overview.signed_in ? (
    <Welcome signIn={person => void during(async () => {
      await ask('POST', '/sign-in', {person});
      return '';
    })}/>
  ) : onRecord ? <Record/> : (
    <ConnectProvider backEnd={backEnd} words={words} sentences={sentences}>
      <Board overview={overview} reload={reload} during={during}/>
    </ConnectProvider>
  );
  return (
    <Frame name={overview?.signed_in ? overview.name : undefined} onRecord={onRecord} signOut={signOut}>
      <p role="status" aria-live="polite" className={told.bad ? 'notice bad' : 'notice'}>{told.text}</p>
      <main>{shown}</main>
    </Frame>
  );
}

interface FrameProps {
  readonly name?: string | undefined;
  readonly onRecord?: boolean;
  readonly signOut?: () => void;
  readonly children: ReactNode;
}

function Frame({name, onRecord = false, signOut, children}: FrameProps) {
  return (
    <>
      <header className="bar">
        <a className="brand" href="/"><span className="mark" aria-hidden="true"/>Tasklight</a>
        {name !== undefined && (
          <>
            <nav aria-label="Pages">
              <a href="/" aria-current={onRecord ? undefined : 'page'}>Tasks</a>
              <a href="/record" aria-current={onRecord ? 'page' : undefined}>What the proxy recorded</a>
            </nav>
            <div className="who">
              <span className="avatar" aria-hidden="true">{initials(name)}</span>
              <span className="who-name">{name}</span>
              <button type="button" className="quiet" onClick={signOut}>Sign out</button>
            </div>
          </>
        )}
      </header>
      {children}
      <footer>A sample application of Authpipe. It holds no credential: the proxy adds it on the way.</footer>
    </>
  );
}

export function initials(name: string): string {
  return name.split(' ').map(part => part.charAt(0)).join('');
}
