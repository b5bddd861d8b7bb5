import {type FormEvent, type ReactNode, useId, useRef, useState} from 'react';
import type {Problem} from '../api/client';
import {words} from '../words';
import {asProblem, ProblemNote} from './problem';

/** A form that sends once at a time and shows what went wrong above its button. */
export function Form({onSubmit, submit, children, danger, plain, extra, wide, disabled}: {
  onSubmit: () => Promise<unknown>;
  submit: string;
  children?: ReactNode;
  danger?: boolean;
  /** One of several things that can be done, and not the one that people came for. */
  plain?: boolean;
  extra?: ReactNode;
  wide?: boolean;
  disabled?: boolean;
}) {
  const [problem, setProblem] = useState<Problem>();
  const [sending, setSending] = useState(false);
  const busy = useRef(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy.current) {
      return;
    }
    busy.current = true;
    setSending(true);
    setProblem(undefined);
    try {
      await onSubmit();
    } catch (failure) {
      setProblem(asProblem(failure));
    } finally {
      busy.current = false;
      setSending(false);
    }
  };
  return (
    <form className="form" onSubmit={send} aria-busy={sending}>
      {children}
      {problem && <ProblemNote problem={problem} />}
      <div className={wide ? 'actions wide' : 'actions'}>
        <button type="submit" className={danger ? 'button danger' : plain ? 'button' : 'button primary'} disabled={disabled} aria-disabled={sending}>
          {sending ? words.working : submit}
        </button>
        {extra}
      </div>
    </form>
  );
}

interface Common {
  label: string;
  hint?: ReactNode;
  /** Need not be filled in; `filter`: which is plain to see, for it narrows a list. */
  optional?: boolean | 'filter';
}

function Labelled({id, label, hint, optional, children}: Common & {id: string; children: ReactNode}) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}{optional === true && <span className="optional"> ({words.optional})</span>}</label>
      {children}
      {hint && <p className="hint" id={id + '-hint'}>{hint}</p>}
    </div>
  );
}

export function TextField({label, hint, optional, value, onChange, type = 'text', ...rest}: Common & {
  value: string;
  onChange: (value: string) => void;
  type?: string;
  autoComplete?: string;
  autoFocus?: boolean;
  inputMode?: 'numeric' | 'email' | 'url' | 'text';
  pattern?: string;
  title?: string;
  maxLength?: number;
  min?: string | number;
  max?: string | number;
  spellCheck?: boolean;
  placeholder?: string;
  mono?: boolean;
}) {
  const id = useId();
  const {mono, ...input} = rest;
  return (
    <Labelled id={id} label={label} hint={hint} optional={optional}>
      <input id={id} type={type} value={value} required={!optional} className={mono ? 'mono' : undefined}
        aria-describedby={hint ? id + '-hint' : undefined} onChange={event => onChange(event.target.value)} {...input} />
    </Labelled>
  );
}

export function AreaField({label, hint, optional, value, onChange, rows = 3, mono}: Common & {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  mono?: boolean;
}) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} optional={optional}>
      <textarea id={id} rows={rows} value={value} required={!optional} spellCheck={!mono} className={mono ? 'mono' : undefined}
        aria-describedby={hint ? id + '-hint' : undefined} onChange={event => onChange(event.target.value)} />
    </Labelled>
  );
}

export function SelectField({label, hint, value, onChange, options, disabled}: Common & {
  value: string;
  onChange: (value: string) => void;
  options: [value: string, text: string][];
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint}>
      <select id={id} value={value} disabled={disabled} aria-describedby={hint ? id + '-hint' : undefined}
        onChange={event => onChange(event.target.value)}>
        {options.map(([option, text]) => <option key={option} value={option}>{text}</option>)}
      </select>
    </Labelled>
  );
}

export function CheckField({label, hint, checked, onChange, type = 'checkbox', name}: {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  type?: 'checkbox' | 'radio';
  name?: string;
}) {
  const id = useId();
  return (
    <div className="check">
      <input id={id} type={type} name={name} checked={checked} aria-describedby={hint ? id + '-hint' : undefined}
        onChange={event => onChange(event.target.checked)} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && <p className="hint" id={id + '-hint'}>{hint}</p>}
      </div>
    </div>
  );
}

export function Group({legend, hint, children}: {legend: string; hint?: ReactNode; children: ReactNode}) {
  return (
    <fieldset className="group">
      <legend>{legend}</legend>
      {hint && <p className="hint">{hint}</p>}
      {children}
    </fieldset>
  );
}

/** The lines of a text that say something. */
export function lines(text: string): string[] {
  return text.split('\n').map(line => line.trim()).filter(line => line !== '');
}
