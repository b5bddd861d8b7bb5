import type {Connection} from '../core/index.js';

/** Everything that the components say, besides the sentences of failures. */
export interface Words {
  readonly connect: string;
  readonly connectAgain: string;
  readonly opening: string;
  readonly leaving: string;
  readonly waiting: string;
  readonly returned: string;
  readonly connected: string;
  readonly cancel: string;
  readonly startAgain: string;
  readonly finishing: string;
  readonly notConnected: string;
  readonly connectedHere: string;
  readonly tryAgain: string;
  readonly back: string;
  readonly connections: string;
  readonly loading: string;
  readonly none: string;
  readonly disconnect: string;
  readonly disconnectSure: string;
  readonly disconnecting: string;
  readonly disconnected: string;
  readonly erase: string;
  readonly eraseSure: string;
  readonly erasing: string;
  readonly erased: string;
  readonly keep: string;
  /** How a connection stands, by its status; the status itself when there is no word for it. */
  readonly statuses: Readonly<Record<string, string>>;
  /** What to call a connection. */
  name(connection: Connection): string;
}

export const englishWords: Words = {
  connect: 'Connect',
  connectAgain: 'Connect again',
  opening: 'One moment…',
  leaving: 'You are being taken to the service…',
  waiting: 'Go on in the window that opened.',
  returned: 'Your account is being connected…',
  connected: 'Connected.',
  cancel: 'Cancel',
  startAgain: 'Start again',
  finishing: 'One moment…',
  notConnected: 'Not connected',
  connectedHere: 'Your account is connected. You can close this window.',
  tryAgain: 'Try again',
  back: 'Back to the application',
  connections: 'Your connections',
  loading: 'Loading…',
  none: 'Nothing is connected.',
  disconnect: 'Disconnect',
  disconnectSure: 'Disconnect? Access is revoked at the service.',
  disconnecting: 'Disconnecting…',
  disconnected: 'Disconnected.',
  erase: 'Erase everything about me',
  eraseSure: 'Erase? All your connections are revoked and erased. This cannot be undone.',
  erasing: 'Erasing…',
  erased: 'Erased.',
  keep: 'Keep',
  statuses: {active: 'Connected', degraded: 'Connected', uncertain: 'Being checked', reauth_required: 'Needs you', key_unavailable: 'Not available now'},
  name: ({integration, account}) => account ? `${integration} · ${account}` : integration,
};
