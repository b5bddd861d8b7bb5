import {type ReactNode, useEffect, useId, useRef, useState} from 'react';
import {words} from '../words';
import {Form, TextField} from './form';

/** A modal dialog: the browser keeps the focus in it, Escape closes it, and the focus goes back to where it was. */
export function Dialog({title, onClose, children}: {title: string; onClose: () => void; children: ReactNode}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) {
      dialog.showModal();
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, []);
  return (
    <dialog ref={box} className="dialog" aria-labelledby={id} onCancel={event => {
      event.preventDefault();
      onClose();
    }}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** Asks before something that matters; with `typed` the words have to be typed. */
export function Confirm({title, meaning, submit, danger, typed, onConfirm, onClose, children}: {
  title: string;
  meaning: ReactNode;
  submit: string;
  danger?: boolean;
  typed?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const [text, setText] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{meaning}</p>
      <Form submit={submit} danger={danger} disabled={typed !== undefined && text !== typed}
        onSubmit={async () => {
          await onConfirm();
          onClose();
        }}
        extra={<button type="button" className="button" onClick={onClose}>{words.cancel}</button>}>
        {typed !== undefined && <TextField label={words.settings.typeName(typed)} value={text} onChange={setText} autoComplete="off" spellCheck={false} />}
        {children}
      </Form>
    </Dialog>
  );
}

/** A dialog that a button opens. */
export function Ask({button, label, className = 'button', children}: {
  button: string;
  /** What is read out, where several buttons say the same. */
  label?: string;
  className?: string;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={className} aria-label={label} onClick={() => setOpen(true)}>{button}</button>
      {open && children(() => setOpen(false))}
    </>
  );
}
