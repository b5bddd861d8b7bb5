import {type ReactNode, useEffect, useRef, useState} from 'react';
import {Mark} from '../ui/icons';
import {words} from '../words';

/** The frame of pages for people who are not signed in. */
export function Outside({title, intro, children}: {title: string; intro?: ReactNode; children?: ReactNode}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = words.title(title);
    if (!document.activeElement || document.activeElement === document.body) {
      heading.current?.focus({preventScroll: true});
    }
  }, [title]);
  return (
    <main className="outside" id="content">
      <p className="brand"><Mark />{words.product}</p>
      <div className="card">
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {intro && <p className="soft">{intro}</p>}
        {children}
      </div>
    </main>
  );
}

/** A code that came in the address: kept in memory, and taken out of the address bar and the history at once. */
export function useTakenCode(page: string, code: string | undefined): string | undefined {
  const [taken, setTaken] = useState(code);
  useEffect(() => {
    if (code !== undefined) {
      setTaken(code);
      window.history.replaceState(null, '', '#/' + page);
    }
  }, [code, page]);
  return code ?? taken;
}
