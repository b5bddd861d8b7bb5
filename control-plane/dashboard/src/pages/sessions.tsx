import {account} from '../api/calls';
import type {OpenSession} from '../api/types';
import {useLoad} from '../load';
import {say} from '../ui/announce';
import {Form} from '../ui/form';
import {Card, Ready, Time} from '../ui/parts';
import {Table} from '../ui/table';
import {words} from '../words';

const w = words.account;

/** Where somebody is signed in, and the way to end it everywhere else. */
export function Sessions() {
  const loaded = useLoad(signal => account.sessions(signal), []);
  return (
    <Card title={w.sessions} intro={w.sessionsIntro} flush actions={(loaded.data?.data.length ?? 0) > 1 && (
      <Form plain submit={w.endOthers} onSubmit={async () => {
        await account.endOtherSessions();
        loaded.reload();
        say(w.othersEnded);
      }} />
    )}>
      <Ready of={loaded}>{({data}) => (
        <Table<OpenSession> caption={w.sessions} rows={data} keyOf={one => one.id} columns={[
          {head: w.since, cell: one => <><Time at={one.created_at} />{one.current && <span className="soft"> ({w.thisOne})</span>}</>},
          {head: w.lastUsed, cell: one => <Time at={one.last_used_at} as="ago" />},
        ]} />
      )}</Ready>
    </Card>
  );
}
