import {useEffect, useState} from 'react';

type Say = (text: string) => void;
let current: Say = () => undefined;

/** Tells people something that just happened: seen for a few seconds, and read out by screen readers. */
export function say(text: string): void {
  current(text);
}

const SHOWN_MS = 5_000;

export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    current = setText;
    return () => {
      current = () => undefined;
    };
  }, []);
  useEffect(() => {
    if (text === '') {
      return;
    }
    const timer = window.setTimeout(() => setText(''), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return <div className="announcer" role="status" aria-live="polite">{text && <p>{text}</p>}</div>;
}
