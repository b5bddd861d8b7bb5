/*! QR codes: qrcode-generator, Copyright (c) 2009 Kazuhiko Arase, MIT licence. */
import qrcode from 'qrcode-generator';
import {useMemo, useState} from 'react';
import {account} from '../api/calls';
import {forgetToken} from '../api/client';
import {useSigned} from '../session';
import {Form, TextField} from '../ui/form';
import {Exact} from '../ui/parts';
import {words} from '../words';
import {Outside} from './outside';

const w = words.factor;

/** All that somebody can do whose role needs a second factor and who has none yet. */
export function FactorOwed() {
  const {refresh, signOut} = useSigned();
  return (
    <Outside title={w.owedTitle} intro={w.owedIntro}>
      <FactorSetUp onDone={refresh} />
      <p className="below"><button type="button" className="link" onClick={() => void signOut()}>{words.nav.signOut}</button></p>
    </Outside>
  );
}

/** Three steps: prove who it is, scan and confirm, keep the recovery codes. */
export function FactorSetUp({onDone}: {onDone: () => Promise<unknown> | void}) {
  const [proof, setProof] = useState('');
  const [code, setCode] = useState('');
  const [uri, setUri] = useState<string>();
  const [recovery, setRecovery] = useState<string[]>();
  if (recovery) {
    return <Recovery codes={recovery} onDone={onDone} />;
  }
  if (!uri) {
    return (
      <Form wide submit={w.begin} onSubmit={async () => {
        setUri((await account.beginTotp(proof === '' ? {} : {password: proof})).otpauth_uri);
        setProof('');
      }}>
        <TextField label={w.proof} hint={w.proofHint} optional type="password" value={proof} onChange={setProof} autoComplete="current-password" />
      </Form>
    );
  }
  return (
    <Form wide submit={w.confirm} onSubmit={async () => {
      const made = await account.confirmTotp(code.trim());
      forgetToken();
      setRecovery(made.recovery_codes);
    }}>
      <p className="soft">{w.scan}</p>
      <Qr text={uri} />
      <p className="label">{w.key}</p>
      <Exact text={keyOf(uri)} label={w.key} />
      <TextField label={w.code} value={code} onChange={setCode} mono inputMode="numeric" autoComplete="one-time-code" autoFocus maxLength={10} />
    </Form>
  );
}

function Recovery({codes, onDone}: {codes: string[]; onDone: () => Promise<unknown> | void}) {
  return (
    <div>
      <h2>{w.recoveryTitle}</h2>
      <p className="soft">{w.recoveryIntro}</p>
      <ul className="recovery">{codes.map(code => <li key={code}><code>{code}</code></li>)}</ul>
      <Form wide submit={w.recoveryDone} onSubmit={async () => {
        await onDone();
      }} extra={<button type="button" className="button" onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}>{w.recoveryCopy}</button>} />
    </div>
  );
}

/** The secret of an `otpauth:` address, in groups of four. */
export function keyOf(uri: string): string {
  return (new URL(uri).searchParams.get('secret') ?? '').replace(/(.{4})(?=.)/g, '$1 ');
}

const QUIET = 4;

/** Dark on white in every theme: cameras want it so. */
export function Qr({text}: {text: string}) {
  const {path, size} = useMemo(() => {
    const code = qrcode(0, 'M');
    code.addData(text, 'Byte');
    code.make();
    const count = code.getModuleCount();
    let drawn = '';
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        if (code.isDark(row, column)) {
          drawn += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
        }
      }
    }
    return {path: drawn, size: count + 2 * QUIET};
  }, [text]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={w.qr} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
