import type {DataPlane, Enrolment} from '../api/types';
import {Chip, Exact, timeText} from '../ui/parts';
import {words} from '../words';
import {behind} from './states';

const w = words.planes;

/** Whether a proxy has the configuration that it is to have. */
export function Configuration({plane}: {plane: DataPlane}) {
  const versions = behind(plane);
  if (plane.state === 'created' || plane.state === 'revoked') {
    return <span className="soft">–</span>;
  }
  return versions === null ? <Chip tone="plain">{w.notApplied}</Chip> : versions === 0 ? <>{w.current}</> : <Chip tone="warn">{w.behind(versions)}</Chip>;
}

/** The code that enrols a proxy, shown once, with the command that takes it. */
export function EnrolmentCode({enrolment, onDone}: {enrolment: Enrolment; onDone: () => void}) {
  return (
    <div className="once">
      <p className="notice warn">{w.codeOnce} {w.codeUntil(timeText(enrolment.expires_at, 'clock'))}</p>
      <ol className="guide plain-guide">
        <li><p>{w.codeStep1}</p><Exact text={enrolment.command} label={w.codeTitle} prompt /></li>
        <li><p>{w.codeStep2}</p><Exact text={enrolment.enrolment_code} label={w.code} /></li>
      </ol>
      <div className="actions"><button type="button" className="button primary" onClick={onDone}>{w.codeDone}</button></div>
    </div>
  );
}
