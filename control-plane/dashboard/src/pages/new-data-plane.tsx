import {useState} from 'react';
import {account} from '../api/calls';
import type {Enrolment} from '../api/types';
import {useLoad} from '../load';
import {go, Link} from '../router';
import {useWorkspace} from '../session';
import {Form, Group, TextField} from '../ui/form';
import {Card, Page, Ready} from '../ui/parts';
import {words} from '../words';
import {Choices} from './key-request';
import {EnrolmentCode} from './plane-parts';

const w = words.planes;

/** Creates a data plane and shows its enrolment code, which nothing can show again. */
export function NewDataPlane() {
  const {calls, at, workspace} = useWorkspace();
  const plans = useLoad(signal => account.plans(signal), []);
  const [name, setName] = useState('');
  const [regions, setRegions] = useState(new Set([workspace.region]));
  const [made, setMade] = useState<Enrolment>();
  if (made) {
    return (
      <Page key="code" narrow title={w.codeTitle} intro={made.data_plane.name} back={{to: at('/data-planes'), text: w.title}}>
        <Card><EnrolmentCode enrolment={made} onDone={() => go(at(`/data-planes/${made.data_plane.id}`))} /></Card>
      </Page>
    );
  }
  return (
    <Page key="form" narrow title={w.createTitle} back={{to: at('/data-planes'), text: w.title}}>
      <Card>
        <Ready of={plans}>{known => (
          <Form submit={w.submit} disabled={regions.size === 0} extra={<Link to={at('/data-planes')} className="button">{words.cancel}</Link>} onSubmit={async () => {
            setMade(await calls.createDataPlane({name, regions: [...regions]}));
          }}>
            <TextField label={w.name} hint={w.nameHint} value={name} onChange={setName} maxLength={100} autoComplete="off" />
            <Group legend={w.regions} hint={w.regionsHint}><Choices plain of={known.regions.map(one => [one, one])} chosen={regions} onChange={setRegions} /></Group>
          </Form>
        )}</Ready>
      </Card>
    </Page>
  );
}
