import {type ReactNode, useEffect, useRef} from 'react';
import type {Loaded} from '../load';
import {Link} from '../router';
import {words} from '../words';
import {say} from './announce';
import {ProblemNote} from './problem';

/** The frame of every page: title, what it is for, what can be done. The title takes the focus, so that the page is read from its beginning. */
export function Page({title, intro, back, actions, chip, children, narrow}: {
  title: string;
  intro?: ReactNode;
  back?: {to: string; text: string};
  actions?: ReactNode;
  chip?: ReactNode;
  children?: ReactNode;
  narrow?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = words.title(title);
  }, [title]);
  useEffect(() => {
    window.scrollTo(0, 0);
    if (!document.activeElement || document.activeElement === document.body || !document.activeElement.closest('#content')) {
      heading.current?.focus({preventScroll: true});
    }
  }, []);
  return (
    <div className={narrow ? 'page narrow' : 'page'}>
      {back && <p className="back"><Link to={back.to}><span aria-hidden="true">←</span> {back.text}</Link></p>}
      <header className="page-head">
        <div>
          <div className="title-row">
            <h1 ref={heading} tabIndex={-1}>{title}</h1>
            {chip}
          </div>
          {intro && <p className="soft">{intro}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Card({title, intro, actions, children, flush, danger}: {
  title?: string;
  intro?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
  /** The content brings its own edges, as a table does. */
  flush?: boolean;
  danger?: boolean;
}) {
  return (
    <section className={`card${flush ? ' flush' : ''}${danger ? ' danger-zone' : ''}`}>
      {title && (
        <header className="card-head">
          <div>
            <h2>{title}</h2>
            {intro && <p className="soft">{intro}</p>}
          </div>
          {actions && <div className="card-actions">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** Shows what was loaded, or that it is not there yet, or why it will not be. */
export function Ready<T>({of, children}: {of: Loaded<T>; children: (data: T) => ReactNode}) {
  return (
    <>
      {of.problem && (
        <div className="gap">
          <ProblemNote problem={of.problem} />
          <p><button type="button" className="button" onClick={of.reload}>{words.retry}</button></p>
        </div>
      )}
      {of.data === undefined ? !of.problem && <p className="loading" role="status">{words.loading}</p> : children(of.data)}
    </>
  );
}

export function Empty({title, text, action}: {title: string; text: string; action?: ReactNode}) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {action}
    </div>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'off' | 'plain';

/** A state in a word, with a mark whose shape differs as its color does. */
export function Chip({tone, children}: {tone: Tone; children: ReactNode}) {
  return (
    <span className={`chip ${tone}`}>
      <svg className="mark" viewBox="0 0 10 10" aria-hidden="true">
        {tone === 'good' && <circle cx="5" cy="5" r="4" />}
        {tone === 'warn' && <path d="M5 0.8 9.6 9H0.4Z" />}
        {tone === 'bad' && <rect x="1" y="1" width="8" height="8" rx="1" />}
        {(tone === 'off' || tone === 'plain') && <circle cx="5" cy="5" r="3.25" className="hollow" />}
      </svg>
      {children}
    </span>
  );
}

/** Something to copy exactly: a command, an address. */
export function Exact({text, label, prompt}: {text: string; label: string; prompt?: boolean}) {
  const copy = () => navigator.clipboard.writeText(text).then(() => say(words.copied), () => say(words.copyFailed));
  return (
    <div className="exact">
      <code className={prompt ? 'prompt' : undefined}>{text}</code>
      <button type="button" className="button small" aria-label={`${words.copy}: ${label}`} onClick={copy}>{words.copy}</button>
    </div>
  );
}

export function Facts({children}: {children: ReactNode}) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({name, children}: {name: string; children: ReactNode}) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

const DATE = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', year: 'numeric'});
const FULL = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit'});
const CLOCK = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});
const RELATIVE = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});

export function Time({at, as = 'clock'}: {at: string | null | undefined; as?: 'date' | 'clock' | 'full' | 'ago'}) {
  if (!at) {
    return <>{words.never}</>;
  }
  return <time dateTime={at} title={FULL.format(new Date(at))}>{timeText(at, as)}</time>;
}

export function timeText(at: string, as: 'date' | 'clock' | 'full' | 'ago'): string {
  const when = new Date(at);
  return as === 'date' ? DATE.format(when) : as === 'full' ? FULL.format(when) : as === 'ago' ? ago(when) : CLOCK.format(when);
}

function ago(when: Date): string {
  const seconds = (when.getTime() - Date.now()) / 1000;
  const size = Math.abs(seconds);
  if (size < 45) {
    return 'just now';
  }
  if (size < 3600) {
    return RELATIVE.format(Math.round(seconds / 60), 'minute');
  }
  return size < 86_400 ? RELATIVE.format(Math.round(seconds / 3600), 'hour') : RELATIVE.format(Math.round(seconds / 86_400), 'day');
}

/** An id, whole for copying and screen readers. */
export function Id({children}: {children: string}) {
  return <code className="id">{children}</code>;
}
