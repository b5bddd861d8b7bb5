import {useEffect, useState} from 'react';
import {account} from '../api/calls';
import {go} from '../router';
import {useSigned} from '../session';
import {say} from '../ui/announce';
import {Form, TextField} from '../ui/form';
import {Card, Page} from '../ui/parts';
import {words} from '../words';

const w = words.account;
/** The code of the first mail stays here until the second is opened in the same tab. */
const arrived: {old: string; new: string} = {old: '', new: ''};

/** Where the links of the two mails lead that go out when somebody wants another address. */
export function ChangeEmail({which, code}: {which: string | undefined; code: string | undefined}) {
  const {refresh} = useSigned();
  const [codes, setCodes] = useState(arrived);
  useEffect(() => {
    if (code !== undefined && (which === 'old' || which === 'new')) {
      arrived[which] = code;
      setCodes({...arrived});
      window.history.replaceState(null, '', '#/email');
    }
  }, [which, code]);
  return (
    <Page narrow title={w.emailTitle} intro={w.codesIntro} back={{to: '/account', text: w.title}}>
      <Card>
        <Form submit={w.emailConfirm} onSubmit={async () => {
          await account.changeEmail(codes.old.trim(), codes.new.trim());
          arrived.old = arrived.new = '';
          await refresh();
          say(w.emailChanged);
          go('/account');
        }}>
          <TextField label={w.oldCode} value={codes.old} onChange={value => setCodes({...codes, old: value})} mono autoComplete="off" maxLength={64} spellCheck={false} />
          <TextField label={w.newCode} value={codes.new} onChange={value => setCodes({...codes, new: value})} mono autoComplete="off" maxLength={64} spellCheck={false} />
        </Form>
      </Card>
    </Page>
  );
}
