import type {Connection, DataPlane} from '../api/types';
import type {Tone} from '../ui/parts';

/** What a person filters connections by: the state of those that live, or how they ended. */
export const SHOWN = ['active', 'degraded', 'uncertain', 'reauth_required', 'revoked', 'key_unavailable', 'disconnected', 'purged'] as const;
export type Shown = (typeof SHOWN)[number];

export function shownOf(connection: Pick<Connection, 'status' | 'state'>): Shown {
  return connection.status === 'active' ? connection.state : connection.status;
}

/** The query that narrows the list to it. */
export function queryOf(shown: string | undefined): {status?: string; state?: string} {
  if (shown === 'disconnected' || shown === 'purged') {
    return {status: shown};
  }
  return (SHOWN as readonly string[]).includes(shown ?? '') ? {status: 'active', state: shown} : {};
}

export const connectionTone: Record<Shown, Tone> = {
  active: 'good',
  degraded: 'warn',
  uncertain: 'warn',
  reauth_required: 'bad',
  revoked: 'bad',
  key_unavailable: 'bad',
  disconnected: 'off',
  purged: 'off',
};

export const planeTone: Record<DataPlane['state'], Tone> = {created: 'plain', online: 'good', silent: 'bad', revoked: 'off'};

export const commandTone: Record<string, Tone> = {issued: 'plain', waiting: 'warn', done: 'good', refused: 'bad', expired: 'off', failed: 'bad'};

/** How many versions of the configuration a proxy is behind; null: it applied none yet. */
export function behind(plane: DataPlane): number | null {
  return plane.applied_version === undefined ? null : Math.max(0, plane.feed_version - plane.applied_version);
}
