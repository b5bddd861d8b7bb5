import {useMemo, useState} from 'react';
import {idempotency} from '../api/client';
import type {WebhookBody, WebhookEndpoint} from '../api/types';
import {useLoad} from '../load';
import {go, Link} from '../router';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {CheckField, Form, Group, TextField} from '../ui/form';
import {Card, Page, Ready} from '../ui/parts';
import {words} from '../words';

const w = words.webhooks;

export function NewWebhook() {
  const {calls, at} = useWorkspace();
  const key = useMemo(idempotency, []);
  return (
    <Page narrow title={w.newTitle} back={{to: at('/webhooks'), text: w.title}}>
      <Fields submit={w.submit} onSubmit={async body => {
        await calls.createWebhook(body, key(body));
        say(w.added);
        go(at('/webhooks'));
      }} />
    </Page>
  );
}

export function EditWebhook({id}: {id: string}) {
  const {calls, at} = useWorkspace();
  const loaded = useLoad(signal => calls.webhook(id, signal), [id]);
  return (
    <Page narrow title={w.editTitle} back={{to: at('/webhooks'), text: w.title}}>
      <Ready of={loaded}>{endpoint => (
        <Fields before={endpoint} submit={words.save} onSubmit={async body => {
          await calls.changeWebhook(id, body);
          say(words.saved);
          go(at('/webhooks'));
        }} />
      )}</Ready>
    </Page>
  );
}

function Fields({before, submit, onSubmit}: {before?: WebhookEndpoint; submit: string; onSubmit: (body: WebhookBody) => Promise<void>}) {
  const {at} = useWorkspace();
  const [url, setUrl] = useState(before?.url ?? '');
  const [description, setDescription] = useState(before?.description ?? '');
  const [events, setEvents] = useState(new Set(before?.events ?? w.eventNames.map(([event]) => event)));
  return (
    <Card>
      <Form submit={submit} disabled={events.size === 0} extra={<Link to={at('/webhooks')} className="button">{words.cancel}</Link>}
        onSubmit={() => onSubmit({url: url.trim(), description: description.trim(), events: w.eventNames.map(([event]) => event).filter(event => events.has(event))})}>
        <TextField label={w.url} hint={w.urlHint} type="url" value={url} onChange={setUrl} mono spellCheck={false} placeholder="https://hooks.example.com/authpipe" autoComplete="off" />
        <Group legend={w.eventsLegend} hint={events.size === 0 ? w.eventsNone : undefined}>
          {w.eventNames.map(([event, text]) => (
            <CheckField key={event} label={text} hint={<code>{event}</code>} checked={events.has(event)} onChange={checked => {
              const next = new Set(events);
              checked ? next.add(event) : next.delete(event);
              setEvents(next);
            }} />
          ))}
        </Group>
        <TextField label={w.description} hint={w.descriptionHint} optional value={description} onChange={setDescription} maxLength={200} />
        <p className="soft small">{w.secret}</p>
      </Form>
    </Card>
  );
}
