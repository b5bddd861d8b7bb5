import {type ChangeEvent, useEffect, useId, useRef, useState} from 'react';
import type {Branding as Looks} from '../api/types';
import {useLoad} from '../load';
import {useWorkspace} from '../session';
import {say} from '../ui/announce';
import {Form, TextField} from '../ui/form';
import {Card, Fact, Facts, Page, Ready} from '../ui/parts';
import {words} from '../words';
import {contrast, inkOn, isColor, TEXT} from './contrast';
import {bytesOf, logoOf, type Rejected} from './logo';

const w = words.branding;
const ACCENT = '#1f5fbf';
const GROUND = '#f6f6f4';

/** How the pages look that end users see. */
export function Branding() {
  const {calls, workspace, can} = useWorkspace();
  const loaded = useLoad(signal => calls.branding(signal), [workspace.id]);
  return (
    <Page title={w.title} intro={w.intro}>
      <p className="notice">{w.approved}</p>
      <Ready of={loaded}>{looks => can('configuration_write') ? <Editor before={looks} onSaved={loaded.reload} /> : <Shown looks={looks} />}</Ready>
    </Page>
  );
}

function Shown({looks}: {looks: Looks}) {
  const {workspace} = useWorkspace();
  return (
    <div className="columns">
      <Card title={words.details}>
        <Facts>
          <Fact name={w.name}>{looks.name ?? workspace.display_name}</Fact>
          <Fact name={w.accent}>{looks.accent_color ? <code>{looks.accent_color}</code> : w.usual}</Fact>
          <Fact name={w.ground}>{looks.background_color ? <code>{looks.background_color}</code> : w.usual}</Fact>
          <Fact name={w.support}>{looks.support_url ? <code>{looks.support_url}</code> : words.none}</Fact>
          <Fact name={w.privacy}>{looks.privacy_url ? <code>{looks.privacy_url}</code> : words.none}</Fact>
        </Facts>
      </Card>
      <Preview looks={looks} />
    </div>
  );
}

function Editor({before, onSaved}: {before: Looks; onSaved: () => void}) {
  const {calls, workspace} = useWorkspace();
  const [looks, setLooks] = useState<Required<Omit<Looks, 'version'>>>({
    name: before.name ?? '',
    accent_color: before.accent_color ?? '',
    background_color: before.background_color ?? '',
    support_url: before.support_url ?? '',
    privacy_url: before.privacy_url ?? '',
    logo: before.logo ?? '',
  });
  const change = (part: Partial<typeof looks>) => setLooks(now => ({...now, ...part}));
  return (
    <div className="columns">
      <Card>
        <Form submit={words.save} onSubmit={async () => {
          const {logo, ...rest} = looks;
          await calls.changeBranding(logo === (before.logo ?? '') ? rest : looks);
          onSaved();
          say(words.saved);
        }}>
          <TextField label={w.name} hint={w.nameHint} optional value={looks.name} onChange={name => change({name})} maxLength={100} placeholder={workspace.display_name} />
          <Logo url={looks.logo} onChange={logo => change({logo})} />
          <div className="pair">
            <ColorField label={w.accent} hint={w.accentHint} value={looks.accent_color} usual={ACCENT} onChange={accent_color => change({accent_color})} />
            <ColorField label={w.ground} hint={w.groundHint} value={looks.background_color} usual={GROUND} onChange={background_color => change({background_color})} />
          </div>
          <TextField label={w.support} hint={w.supportHint} optional type="url" value={looks.support_url} onChange={support_url => change({support_url})} mono spellCheck={false} />
          <TextField label={w.privacy} optional type="url" value={looks.privacy_url} onChange={privacy_url => change({privacy_url})} mono spellCheck={false} />
        </Form>
      </Card>
      <Preview looks={looks} />
    </div>
  );
}

/** A color as text, with the browser's own picker beside it. */
function ColorField({label, hint, value, usual, onChange}: {label: string; hint: string; value: string; usual: string; onChange: (value: string) => void}) {
  return (
    <div className="color-field">
      <TextField label={label} hint={hint} optional="filter" value={value} onChange={text => onChange(text.trim())} mono maxLength={7} pattern="#[0-9A-Fa-f]{6}"
        title={w.colorForm} placeholder={usual} spellCheck={false} autoComplete="off" />
      <input type="color" aria-label={w.pick(label)} value={isColor(value) ? value : usual} onChange={event => onChange(event.target.value)} />
    </div>
  );
}

function Logo({url, onChange}: {url: string; onChange: (url: string) => void}) {
  const id = useId();
  const [wrong, setWrong] = useState<Rejected>();
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (file) {
      const read = logoOf(new Uint8Array(await file.slice(0, 24 * 1024 + 1).arrayBuffer()));
      setWrong('rejected' in read ? read.rejected : undefined);
      if ('url' in read) {
        onChange(read.url);
        say(w.logoChosen);
      }
    }
  };
  return (
    <div className="field">
      <label htmlFor={id}>{w.logo}<span className="optional"> ({words.optional})</span></label>
      <div className="file">
        {url !== '' && <Picture url={url} />}
        <input id={id} type="file" accept="image/png" aria-describedby={id + '-hint'} onChange={event => void choose(event)} />
        {url !== '' && <button type="button" className="button small" onClick={() => {
          setWrong(undefined);
          onChange('');
        }}>{w.logoRemove}</button>}
      </div>
      <p className="hint" id={id + '-hint'}>{w.logoHint}</p>
      {wrong && <p className="hint bad-text" role="alert">{w.logoWrong[wrong]}</p>}
    </div>
  );
}

/** Draws a PNG. Its bytes go to a canvas and to no address: the page's policy lets no picture be loaded from elsewhere. */
function Picture({url, label}: {url: string; label?: string}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const bytes = bytesOf(url);
    let wanted = true;
    if (bytes !== null) {
      createImageBitmap(new Blob([bytes], {type: 'image/png'})).then(image => {
        const target = canvas.current;
        if (wanted && target) {
          target.width = image.width;
          target.height = image.height;
          target.getContext('2d')?.drawImage(image, 0, 0);
        }
        image.close();
      }, () => undefined);
    }
    return () => {
      wanted = false;
    };
  }, [url]);
  return <canvas ref={canvas} className="logo" width={1} height={1} role={label ? 'img' : undefined} aria-label={label} aria-hidden={label ? undefined : true} />;
}

/** What is hard to read in these colors. */
export function warnings(looks: Pick<Looks, 'accent_color' | 'background_color'>): string[] {
  const accent = looks.accent_color && isColor(looks.accent_color) ? looks.accent_color : ACCENT;
  const ground = looks.background_color && isColor(looks.background_color) ? looks.background_color : GROUND;
  const all: [is: number, text: (is: string, needs: number) => string][] = [
    [contrast(accent, inkOn(accent)), w.buttonPale],
    [contrast(accent, '#ffffff'), w.accentPale],
    [contrast(ground, inkOn(ground)), w.groundPale],
  ];
  return all.filter(([is]) => is < TEXT).map(([is, text]) => text((Math.floor(is * 10) / 10).toFixed(1), TEXT));
}

function Preview({looks}: {looks: Omit<Looks, 'version'>}) {
  const {workspace} = useWorkspace();
  const name = looks.name || workspace.display_name;
  const accent = looks.accent_color && isColor(looks.accent_color) ? looks.accent_color : ACCENT;
  const ground = looks.background_color && isColor(looks.background_color) ? looks.background_color : GROUND;
  const found = warnings(looks);
  return (
    <Card title={w.preview} intro={w.previewIntro}>
      <div className="preview" role="img" aria-label={w.previewOf(name)} style={{background: ground, color: inkOn(ground)}}>
        <div className="preview-card">
          {looks.logo ? <Picture url={looks.logo} /> : null}
          <p className="preview-title">{w.previewTitle(name)}</p>
          <p>{w.previewText(name)}</p>
          <span className="preview-button" style={{background: accent, color: inkOn(accent)}}>{w.previewButton}</span>
          <span className="preview-link" style={{color: accent}}>{w.previewCancel}</span>
        </div>
        <p className="preview-foot">{[looks.support_url ? w.previewSupport : '', looks.privacy_url ? w.previewPrivacy : ''].filter(text => text !== '').join(' · ')}</p>
      </div>
      <div role="status">{found.map(text => <p key={text} className="notice warn">{text}</p>)}</div>
    </Card>
  );
}
