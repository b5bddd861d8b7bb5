import {useState} from 'react';
import {account} from '../api/calls';
import {forgetToken} from '../api/client';
import {useLoad} from '../load';
import {go, Link} from '../router';
import {useSigned} from '../session';
import {say} from '../ui/announce';
import {Form, TextField} from '../ui/form';
import {words} from '../words';
import {Outside} from './outside';

const w = words.signIn;

/** Sign-in: password or OpenID Connect, then the second factor; afterwards the page that was asked for. */
export function SignIn({step, reason}: {step: string; reason: string | undefined}) {
  const {session} = useSigned();
  const [awaited, setAwaited] = useState(step === 'second-factor');
  const linking = step === 'link';
  if (step === 'failed') {
    return (
      <Outside title={w.failedTitle} intro={w.failed[reason ?? ''] ?? words.errors[reason ?? ''] ?? w.failed.refused}>
        <p><Link to="/" className="button primary block">{w.back}</Link></p>
      </Outside>
    );
  }
  if (linking && session) {
    return <LinkIdentity email={session.email} />;
  }
  return awaited
    ? <SecondFactor linking={linking} onBack={() => setAwaited(false)} />
    : <Password linking={linking} onSecondFactor={() => setAwaited(true)} />;
}

/** What follows sign-in: the identity is linked when that is what the person came for, and a sign-in page is left. */
function useArrive(linking: boolean): () => Promise<void> {
  const {refresh} = useSigned();
  return async () => {
    forgetToken();
    if (linking) {
      await account.linkIdentity();
      say(w.linked);
    }
    if (/^#\/(sign-in|sign-up|verify|reset)/.test(window.location.hash)) {
      go('/', {replace: true});
    }
    await refresh();
  };
}

function Password({linking, onSecondFactor}: {linking: boolean; onSecondFactor: () => void}) {
  const {ended} = useSigned();
  const oidc = useLoad(signal => account.oidc(signal), []);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const arrive = useArrive(linking);
  return (
    <Outside title={linking ? w.linkTitle : w.title} intro={linking ? w.linkIntro : ended ? w.ended : undefined}>
      <Form wide submit={w.submit} onSubmit={async () => {
        const {status} = await account.signIn(email, password);
        setPassword('');
        await (status === 'second_factor' ? onSecondFactor() : arrive());
      }}>
        <TextField label={w.email} type="email" value={email} onChange={setEmail} autoComplete="username" autoFocus />
        <TextField label={w.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      </Form>
      {oidc.data?.name && !linking && <Oidc name={oidc.data.name} />}
      <p className="below"><Link to="/reset">{w.forgot}</Link></p>
      <p className="soft small">{w.invited}</p>
    </Outside>
  );
}

/** Goes to the OpenID provider. */
export function Oidc({name, invitation}: {name: string; invitation?: string}) {
  return (
    <>
      <p className="or"><span>{w.or}</span></p>
      <Form wide plain submit={w.with(name)} onSubmit={async () => {
        const {location} = await account.startOidc(invitation);
        window.location.assign(location);
      }} />
    </>
  );
}

function SecondFactor({linking, onBack}: {linking: boolean; onBack: () => void}) {
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState(false);
  const arrive = useArrive(linking);
  return (
    <Outside title={w.secondTitle} intro={recovery ? w.recoveryIntro : w.secondIntro}>
      <Form wide submit={w.confirm} onSubmit={async () => {
        await account.secondFactor(code.trim());
        await arrive();
      }}>
        <TextField key={String(recovery)} label={recovery ? w.recoveryCode : w.code} value={code} onChange={setCode} mono autoFocus
          autoComplete={recovery ? 'off' : 'one-time-code'} inputMode={recovery ? 'text' : 'numeric'} spellCheck={false} maxLength={64} />
      </Form>
      <p className="below">
        <button type="button" className="link" onClick={() => {
          setRecovery(!recovery);
          setCode('');
        }}>{recovery ? w.useApp : w.useRecovery}</button>
      </p>
      <p><button type="button" className="link" onClick={onBack}>{w.back}</button></p>
    </Outside>
  );
}

function LinkIdentity({email}: {email: string}) {
  const {refresh} = useSigned();
  return (
    <Outside title={w.linkTitle} intro={w.linkNow(email)}>
      <Form wide submit={w.linkSubmit} onSubmit={async () => {
        await account.linkIdentity();
        go('/', {replace: true});
        await refresh();
        say(w.linked);
      }} extra={<Link to="/" className="button">{words.cancel}</Link>} />
    </Outside>
  );
}
