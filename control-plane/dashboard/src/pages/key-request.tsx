import {useMemo, useState} from 'react';
import {idempotency} from '../api/client';
import {useLoad} from '../load';
import {go, Link} from '../router';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {CheckField, Form, Group, TextField} from '../ui/form';
import {Card, Page, Ready} from '../ui/parts';
import {words} from '../words';

const w = words.keys;
const USUAL = ['connect', 'connections:read', 'proxy'];

export function KeyRequestForm() {
  const {calls, at, workspace} = useWorkspace();
  const integrations = useLoad(signal => calls.integrations(signal), [workspace.id]);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState(new Set(USUAL));
  const [all, setAll] = useState(true);
  const [some, setSome] = useState(new Set<string>());
  const [minute, setMinute] = useState('');
  const [month, setMonth] = useState('');
  const [end, setEnd] = useState('');
  const [requireEndUser, setRequireEndUser] = useState(true);
  const key = useMemo(idempotency, []);
  return (
    <Page narrow title={w.newTitle} intro={w.newIntro} back={{to: at('/api-keys'), text: w.title}}>
      <Card>
        <Ready of={integrations}>{({data}) => (
          <Form submit={w.submit} disabled={scopes.size === 0 || (!all && some.size === 0)} extra={<Link to={at('/api-keys')} className="button">{words.cancel}</Link>}
            onSubmit={async () => {
              const body = {
                name,
                scopes: [...scopes],
                integrations: all ? undefined : [...some],
                calls_per_minute: minute === '' ? undefined : Number(minute),
                calls_per_month: month === '' ? undefined : Number(month),
                expires_at: endOf(end),
                require_end_user: requireEndUser,
              };
              await calls.requestKey(body, key(body));
              say(w.requestedNote);
              go(at('/api-keys'));
            }}>
            <TextField label={w.name} hint={w.nameHint} value={name} onChange={setName} maxLength={100} />
            <Group legend={w.scopesLegend}><Choices of={Object.entries(w.scopeTexts)} chosen={scopes} onChange={setScopes} /></Group>
            {data.length > 0 && (
              <Group legend={w.integrationsLegend}>
                <CheckField type="radio" name="which" label={w.integrationsAll} checked={all} onChange={() => setAll(true)} />
                <CheckField type="radio" name="which" label={w.integrationsSome} checked={!all} onChange={() => setAll(false)} />
                {!all && <div className="nested"><Choices of={data.map(one => [one.id, one.slug])} plain chosen={some} onChange={setSome} /></div>}
              </Group>
            )}
            <div className="pair">
              <TextField label={w.minute} optional type="number" min={1} value={minute} onChange={setMinute} />
              <TextField label={w.month} optional type="number" min={1} value={month} onChange={setMonth} />
            </div>
            <TextField label={w.end} hint={w.endHint} optional type="date" min={tomorrow()} value={end} onChange={setEnd} />
            <CheckField label={w.requireEndUser} hint={w.requireEndUserHint} checked={requireEndUser} onChange={setRequireEndUser} />
          </Form>
        )}</Ready>
      </Card>
    </Page>
  );
}

/** Boxes to tick; what each means stands first, its exact name below. */
export function Choices({of, chosen, onChange, plain}: {of: [value: string, text: string][]; chosen: Set<string>; onChange: (chosen: Set<string>) => void; plain?: boolean}) {
  return (
    <>
      {of.map(([value, text]) => (
        <CheckField key={value} label={text} hint={plain ? undefined : <code>{value}</code>} checked={chosen.has(value)} onChange={checked => {
          const next = new Set(chosen);
          checked ? next.add(value) : next.delete(value);
          onChange(next);
        }} />
      ))}
    </>
  );
}

/** The end of a day as people there mean it. */
export function endOf(day: string): string | undefined {
  return day === '' ? undefined : new Date(`${day}T23:59:59`).toISOString();
}

export function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
}
