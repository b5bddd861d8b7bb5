import {useState} from 'react';
import {account} from '../api/calls';
import {go, Link} from '../router';
import {useSigned} from '../session';
import {Form, TextField} from '../ui/form';
import {words} from '../words';
import {Outside, useTakenCode} from './outside';

const w = words.reset;

/** A forgotten password: asks for the link, and takes the new password when the link was opened. */
export function Reset({code}: {code: string | undefined}) {
  const taken = useTakenCode('reset', code);
  return taken === undefined ? <AskForLink /> : <NewPassword code={taken} />;
}

function AskForLink() {
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState(false);
  if (sent) {
    return <Outside title={w.sentTitle} intro={w.sent}><p><Link to="/" className="button block">{words.signIn.back}</Link></p></Outside>;
  }
  return (
    <Outside title={w.title} intro={w.intro}>
      <Form wide submit={w.submit} onSubmit={async () => {
        await account.requestReset(email);
        setSent(true);
      }}>
        <TextField label={words.signIn.email} type="email" value={email} onChange={setEmail} autoComplete="username" autoFocus />
      </Form>
      <p className="below"><Link to="/">{words.signIn.back}</Link></p>
    </Outside>
  );
}

function NewPassword({code}: {code: string}) {
  const {refresh} = useSigned();
  const [password, setPassword] = useState('');
  return (
    <Outside title={w.newTitle}>
      <Form wide submit={w.newSubmit} onSubmit={async () => {
        const {status} = await account.reset(code, password);
        go(status === 'second_factor' ? '/sign-in/second-factor' : '/', {replace: true});
        await refresh();
      }}>
        <TextField label={w.newPassword} hint={words.signUp.passwordHint} type="password" value={password} onChange={setPassword}
          autoComplete="new-password" autoFocus />
      </Form>
    </Outside>
  );
}
