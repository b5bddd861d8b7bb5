import {useState} from 'react';
import {account} from '../api/calls';
import {useLoad} from '../load';
import {go, Link} from '../router';
import {useSigned} from '../session';
import {say} from '../ui/announce';
import {Form, TextField} from '../ui/form';
import {words} from '../words';
import {Outside, useTakenCode} from './outside';
import {Oidc} from './sign-in';

const w = words.signUp;

/** Where the link of an invitation leads: a new account, or one more workspace for who is signed in. */
export function SignUp({code}: {code: string | undefined}) {
  const {session, refresh} = useSigned();
  const taken = useTakenCode('sign-up', code);
  const oidc = useLoad(signal => account.oidc(signal), []);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [sent, setSent] = useState(false);
  if (taken === undefined) {
    return <NoCode />;
  }
  if (sent) {
    return <Outside title={w.verifyTitle} intro={w.verifySent} />;
  }
  if (session) {
    return (
      <Outside title={w.acceptTitle} intro={w.acceptIntro(session.email)}>
        <Form wide submit={w.accept} onSubmit={async () => {
          await account.accept(taken);
          go('/', {replace: true});
          await refresh();
          say(w.accepted);
        }} extra={<Link to="/" className="button">{words.cancel}</Link>} />
      </Outside>
    );
  }
  return (
    <Outside title={w.title} intro={w.intro}>
      <Form wide submit={w.submit} onSubmit={async () => {
        const {status} = await account.signUp(taken, name, password);
        if (status === 'verify_address') {
          setSent(true);
        } else {
          go('/', {replace: true});
          await refresh();
        }
      }}>
        <TextField label={w.name} value={name} onChange={setName} autoComplete="name" maxLength={100} />
        <TextField label={w.password} hint={w.passwordHint} type="password" value={password} onChange={setPassword} autoComplete="new-password" />
      </Form>
      {oidc.data?.name && <Oidc name={oidc.data.name} invitation={taken} />}
      <p className="below">{w.have} <Link to="/">{words.signIn.submit}</Link></p>
    </Outside>
  );
}

/** Where the link that proves an address leads. */
export function Verify({code}: {code: string | undefined}) {
  const {refresh} = useSigned();
  const taken = useTakenCode('verify', code);
  const [password, setPassword] = useState('');
  if (taken === undefined) {
    return <NoCode />;
  }
  return (
    <Outside title={w.verifyTitle} intro={w.verifyIntro}>
      <Form wide submit={w.verifySubmit} onSubmit={async () => {
        const {status} = await account.verify(taken, password);
        go(status === 'second_factor' ? '/sign-in/second-factor' : '/', {replace: true});
        await refresh();
      }}>
        <TextField label={w.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      </Form>
    </Outside>
  );
}

function NoCode() {
  return <Outside title={w.title} intro={w.noCode}><p><Link to="/" className="button block">{words.signIn.back}</Link></p></Outside>;
}
