import {useState} from 'react';
import {account} from '../api/calls';
import {forgetToken} from '../api/client';
import {go} from '../router';
import {useSigned} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm, Dialog} from '../ui/dialog';
import {Form, TextField} from '../ui/form';
import {Card, Chip, Page} from '../ui/parts';
import {words} from '../words';
import {FactorSetUp} from './factor';
import {Sessions} from './sessions';

const w = words.account;

export function Account() {
  return (
    <Page title={w.title} narrow>
      <Profile />
      <Password />
      <Factor />
      <Sessions />
      <Data />
      <Delete />
    </Page>
  );
}

function Profile() {
  const {session, refresh} = useSigned();
  const [name, setName] = useState(session?.display_name ?? '');
  return (
    <Card title={w.profile}>
      <div className="rows">
        <div>
          <div><p className="strong">{w.email}</p><p className="soft">{session?.email}</p></div>
          <Ask button={w.changeEmail}>{close => <AskForEmail close={close} />}</Ask>
        </div>
      </div>
      <Form submit={words.save} onSubmit={async () => {
        await account.rename(name);
        await refresh();
        say(words.saved);
      }}>
        <TextField label={w.name} value={name} onChange={setName} maxLength={100} autoComplete="name" />
      </Form>
    </Card>
  );
}

function AskForEmail({close}: {close: () => void}) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Confirm title={w.emailTitle} meaning={w.emailIntro} submit={w.emailSend} onClose={close} onConfirm={async () => {
      await account.requestEmail(email.trim(), password);
      go('/email');
    }}>
      <TextField label={w.newEmail} type="email" value={email} onChange={setEmail} autoComplete="email" />
      <TextField label={w.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
    </Confirm>
  );
}

function Password() {
  const {session} = useSigned();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  return (
    <Card title={w.passwordTitle} intro={w.passwordIntro}>
      <Form submit={w.passwordSubmit} onSubmit={async () => {
        await account.changePassword(current, next);
        forgetToken();
        setCurrent('');
        setNext('');
        say(w.passwordChanged);
      }}>
        <input type="email" className="unseen" value={session?.email ?? ''} autoComplete="username" readOnly tabIndex={-1} aria-hidden="true" />
        <TextField label={w.current} type="password" value={current} onChange={setCurrent} autoComplete="current-password" />
        <TextField label={w.new} hint={words.signUp.passwordHint} type="password" value={next} onChange={setNext} autoComplete="new-password" />
      </Form>
    </Card>
  );
}

function Factor() {
  const {session, refresh} = useSigned();
  const set = session?.second_factor === 'set';
  return (
    <Card title={w.factor} intro={set ? undefined : w.factorNone}>
      <div className="rows">
        <div>
          {set ? <Chip tone="good">{w.factorSet}</Chip> : <span />}
          <span className="row-actions">
            <Ask button={set ? w.factorReplace : w.factorSetUp} className={set ? 'button' : 'button primary'}>{close => (
              <Dialog title={w.factor} onClose={close}>
                <FactorSetUp onDone={async () => {
                  close();
                  await refresh();
                  say(w.factorOn);
                }} />
                <p><button type="button" className="link" onClick={close}>{words.cancel}</button></p>
              </Dialog>
            )}</Ask>
            {set && <Ask button={w.factorRemove} className="button quiet-danger">{close => <RemoveFactor close={close} />}</Ask>}
          </span>
        </div>
      </div>
    </Card>
  );
}

function RemoveFactor({close}: {close: () => void}) {
  const {refresh} = useSigned();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  return (
    <Confirm title={w.factorRemoveTitle} meaning={w.factorRemoveMeaning} submit={w.factorRemove} danger onClose={close} onConfirm={async () => {
      await account.removeTotp(password, code.trim());
      await refresh();
      say(w.factorRemoved);
    }}>
      <TextField label={w.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
      <TextField label={words.signIn.code} value={code} onChange={setCode} mono autoComplete="one-time-code" maxLength={64} />
    </Confirm>
  );
}

function Data() {
  return (
    <Card title={w.data} intro={w.dataIntro}>
      <Form plain submit={w.download} onSubmit={async () => {
        const mine = await account.exportMe();
        const address = URL.createObjectURL(new Blob([JSON.stringify(mine, null, 2)], {type: 'application/json'}));
        const link = document.createElement('a');
        link.href = address;
        link.download = 'authpipe-account.json';
        link.click();
        URL.revokeObjectURL(address);
      }} />
    </Card>
  );
}

function Delete() {
  const {session, refresh} = useSigned();
  const [password, setPassword] = useState('');
  return (
    <Card title={w.delete} intro={w.deleteIntro} danger>
      <Ask button={w.delete} className="button quiet-danger">{close => (
        <Confirm title={w.deleteTitle} meaning={w.deleteMeaning} submit={w.delete} danger typed={session?.email} onClose={close} onConfirm={async () => {
          await account.deleteMe({password});
          go('/', {replace: true});
          await refresh();
          say(w.deleted);
        }}>
          <TextField label={w.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
        </Confirm>
      )}</Ask>
    </Card>
  );
}
