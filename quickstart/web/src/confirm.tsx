import {useEffect, useRef, useState} from 'react';

interface ConfirmProps {
  readonly label: string;
  readonly question: string;
  readonly blocked: boolean;
  act(): void;
}

/** A button that asks before it acts. The focus goes to what keeps things as they are, and back. */
export function Confirm({label, question, blocked, act}: ConfirmProps) {
  const [asked, setAsked] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const before = useRef(false);
  useEffect(() => {
    if (asked !== before.current) {
      (asked ? keep : first).current?.focus();
    }
    before.current = asked;
  }, [asked]);

  if (!asked) {
    return <button ref={first} type="button" className="danger" aria-disabled={blocked} onClick={() => blocked || setAsked(true)}>{label}</button>;
  }
  return (
    <div role="group" aria-label={label} className="confirm" onKeyDown={event => event.key === 'Escape' && setAsked(false)}>
      <p>{question}</p>
      <button type="button" className="danger" onClick={() => {
        setAsked(false);
        act();
      }}>Erase</button>
      <button ref={keep} type="button" onClick={() => setAsked(false)}>Keep</button>
    </div>
  );
}
