import {useMemo} from 'react';
import {idempotency} from '../api/client';
import type {Connection} from '../api/types';
import {useLoad, usePoll} from '../load';
import {Link} from '../router';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Ask, Confirm} from '../ui/dialog';
import {Card, Chip, Fact, Facts, Id, Page, Ready, Time} from '../ui/parts';
import {words} from '../words';
import {CommandTable} from './command-table';
import {connectionTone, shownOf} from './states';

const w = words.connections;
const LOOK_AGAIN_MS = 4_000;

export function ConnectionDetail({id}: {id: string}) {
  const {calls, at, can} = useWorkspace();
  const connection = useLoad(signal => calls.connection(id, signal), [id]);
  const rest = useLoad(async signal => {
    const [commands, planes, integrations] = await Promise.all([calls.commands(signal, undefined, 200), calls.dataPlanes(signal), calls.integrations(signal)]);
    return {commands: commands.data.filter(one => one.target === id), planes: planes.data, integrations: integrations.data};
  }, [id]);
  const open = rest.data?.commands.some(one => one.status === 'issued' || one.status === 'waiting') ?? false;
  const again = useMemo(() => () => {
    connection.reload();
    rest.reload();
  }, [connection.reload, rest.reload]);
  usePoll(again, LOOK_AGAIN_MS, open);
  const one = connection.data;
  const integration = rest.data?.integrations.find(known => known.id === one?.integration);
  return (
    <Page title={w.id} back={{to: at('/connections'), text: w.title}} intro={<Id>{id}</Id>}
      chip={one && <Chip tone={connectionTone[shownOf(one)]}>{w.states[shownOf(one)]}</Chip>}
      actions={one?.status === 'active' && can('connections_write') && <Actions id={id} onSent={again} />}>
      <Ready of={connection}>{data => (
        <>
          <Explanation connection={data} />
          <Card title={words.details}>
            <Facts>
              <Fact name={w.integration}>{integration ? <Link to={at(`/integrations/${integration.slug}`)}>{integration.slug}</Link> : <Id>{data.integration}</Id>}</Fact>
              {data.reason && <Fact name={w.reason}><code>{data.reason}</code></Fact>}
              <Fact name={w.scopesMissing}>{data.scopes_missing}</Fact>
              <Fact name={w.created}><Time at={data.created_at} as="full" /></Fact>
              <Fact name={w.reported}><Time at={data.reported_at} as="full" /></Fact>
            </Facts>
          </Card>
        </>
      )}</Ready>
      {one && (
        <Card title={w.commands} flush={(rest.data?.commands.length ?? 0) > 0}>
          <Ready of={rest}>{({commands, planes}) => commands.length === 0 ? <p className="soft">{w.noCommands}</p>
            : <CommandTable caption={w.commands} commands={commands} planes={planes} />}</Ready>
        </Card>
      )}
    </Page>
  );
}

function Explanation({connection}: {connection: Connection}) {
  return (
    <section className={`card explanation ${connectionTone[shownOf(connection)]}`}>
      <h2>{w.meaning}</h2>
      <p>{connection.explanation.meaning}</p>
      {connection.scopes_missing > 0 && <p>{w.scopesNotGranted(connection.scopes_missing)}</p>}
      <h2>{w.todo}</h2>
      <p>{connection.explanation.action}</p>
    </section>
  );
}

function Actions({id, onSent}: {id: string; onSent: () => void}) {
  const {calls} = useWorkspace();
  const send = async (kind: 'probe' | 'disconnect', key: string) => {
    await calls.connectionCommand(kind, id, key);
    say(w.sent);
    onSent();
  };
  return (
    <>
      <Ask button={w.probe}>{close => <Sure kind="probe" close={close} send={send} title={w.probeTitle} meaning={w.probeMeaning} submit={w.probe} />}</Ask>
      <Ask button={w.disconnect} className="button quiet-danger">
        {close => <Sure kind="disconnect" close={close} send={send} title={w.disconnectTitle} meaning={w.disconnectMeaning} submit={w.disconnect} />}
      </Ask>
    </>
  );
}

function Sure({kind, close, send, title, meaning, submit}: {
  kind: 'probe' | 'disconnect';
  close: () => void;
  send: (kind: 'probe' | 'disconnect', key: string) => Promise<void>;
  title: string;
  meaning: string;
  submit: string;
}) {
  const key = useMemo(idempotency, []);
  return <Confirm title={title} meaning={meaning} submit={submit} danger={kind === 'disconnect'} onClose={close} onConfirm={() => send(kind, key(kind))} />;
}
