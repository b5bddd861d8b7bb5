import {useMemo, useState} from 'react';
import {account} from '../api/calls';
import {idempotency} from '../api/client';
import {useLoad} from '../load';
import {go, Link} from '../router';
import {useSigned} from '../session';
import {CheckField, Form, Group, SelectField, TextField} from '../ui/form';
import {Card, Page, Ready} from '../ui/parts';
import {words} from '../words';

const w = words.workspaces;

export function NewWorkspace() {
  const {refresh} = useSigned();
  const plans = useLoad(signal => account.plans(signal), []);
  const [name, setName] = useState('');
  const [display, setDisplay] = useState('');
  const [region, setRegion] = useState<string>();
  const [plan, setPlan] = useState('team');
  const key = useMemo(idempotency, []);
  return (
    <Page narrow title={w.createTitle} back={{to: '/workspaces', text: w.title}}>
      <Card>
        <Ready of={plans}>{({data, regions}) => (
          <Form submit={w.submit} extra={<Link to="/workspaces" className="button">{words.cancel}</Link>} onSubmit={async () => {
            const body = {name, display_name: display || undefined, region: region ?? regions[0], plan};
            const made = await account.createWorkspace(body, key(body));
            await refresh();
            go(`/w/${made.id}`);
          }}>
            <TextField label={w.display} hint={w.displayHint} value={display} maxLength={100} onChange={value => {
              setName(name === '' || name === slug(display) ? slug(value) : name);
              setDisplay(value);
            }} />
            <TextField label={w.name} hint={w.nameHint} value={name} onChange={setName} mono pattern="[a-z0-9][a-z0-9\-]*" maxLength={63} spellCheck={false} />
            <SelectField label={w.region} hint={w.regionHint} value={region ?? regions[0] ?? ''} onChange={setRegion} options={regions.map(one => [one, one])} />
            <Group legend={w.plan}>
              {data.map(one => (
                <CheckField key={one.name} type="radio" name="plan" label={one.name} hint={w.planLimits(one)} checked={plan === one.name} onChange={() => setPlan(one.name)} />
              ))}
            </Group>
          </Form>
        )}</Ready>
      </Card>
    </Page>
  );
}

/** A short name made of what people read. */
export function slug(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63);
}
