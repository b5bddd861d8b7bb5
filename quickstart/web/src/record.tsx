import {useCallback, useEffect, useState} from 'react';
import {ask, Refusal, type Recorded, type RecordedStep} from './back-end';

/** What the proxy's audit log holds about the person's own connections, beside what the person did. */
export function Record() {
  const [steps, setSteps] = useState<readonly RecordedStep[]>();
  const [failure, setFailure] = useState('');

  const load = useCallback(async () => {
    try {
      setSteps((await ask<{steps: readonly RecordedStep[]}>('GET', '/record')).steps);
      setFailure('');
    } catch (thrown) {
      setFailure(thrown instanceof Refusal ? thrown.message : 'Something went wrong. Please try again.');
    }
  }, []);
  useEffect(() => {
    void load();
    const again = () => void load();
    window.addEventListener('focus', again);
    return () => window.removeEventListener('focus', again);
  }, [load]);

  return (
    <section className="record" aria-busy={steps === undefined}>
      <div className="record-head">
        <div>
          <h1>What the proxy recorded</h1>
          <p className="lead">What you did, the latest first, and what the audit log of the proxy holds about it. The log names nobody and holds no secret.</p>
        </div>
        <button type="button" onClick={() => void load()}>Look again</button>
      </div>
      <p role="alert" className="failure">{failure}</p>
      {steps?.length === 0 && <p className="empty card">Nothing yet. <a href="/">Connect an account</a>, then look here again.</p>}
      {steps !== undefined && steps.length > 0 && <ol className="steps">{steps.map((step, index) => <Step key={steps.length - index} step={step} number={steps.length - index}/>)}</ol>}
    </section>
  );
}

function Step({step: {title, text, events}, number}: {readonly step: RecordedStep; readonly number: number}) {
  return (
    <li className="step">
      <div className="did">
        <span className="number" aria-hidden="true">{number}</span>
        <div>
          <h2>{title}</h2>
          <p className="hint">{text}</p>
        </div>
      </div>
      <ol className="timeline">{events.map((event, index) => <Event key={index} event={event}/>)}</ol>
    </li>
  );
}

function Event({event: {at, type, said, outcome, reason}}: {readonly event: Recorded}) {
  const well = outcome === 'success';
  return (
    <li className={well ? '' : 'unwell'}>
      <span className="said">{said}</span>
      <span className="facts">
        <time dateTime={at}>{new Date(at).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit'})}</time>
        <code>{type}</code>
        {!well && <span className="badge">{outcome}{reason !== undefined && `: ${reason}`}</span>}
      </span>
    </li>
  );
}
