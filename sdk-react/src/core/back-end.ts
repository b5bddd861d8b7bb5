import {ConnectFailure} from './failure.js';

/** What every call is given: a signal that ends it when nobody waits for the answer any more. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** What to connect. The back end decides whether this person may. */
export interface ConnectRequest {
  /** The slug of the integration; without it the person chooses on the connect page. */
  readonly integration?: string;
  /** An existing connection of the same person that needs a new consent. */
  readonly connectionId?: string;
}

/** A connect session as the browser may know it. Must never hold the code verifier, which stays in the back end's login session. */
export interface StartedSession {
  readonly sessionId: string;
  readonly connectUrl: string;
}

/** How a connect session stands. Never holds a finish code. */
export interface SessionStatus {
  readonly status: 'pending' | 'authorized' | 'finished' | 'failed' | 'expired';
  /** Why it failed, or why the last attempt did. */
  readonly reason?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** What the return page hands to the back end, once. */
export interface FinishRequest {
  readonly sessionId: string;
  readonly finishCode: string;
}

/** A connection as its owner sees it. Must never hold a part of a credential. */
export interface Connection {
  readonly id: string;
  readonly integration: string;
  /** `active`, `degraded`, `reauth_required`, or another word of Authpipe's. */
  readonly status: string;
  /** The account at the provider, as a person would recognise it. */
  readonly account?: string | undefined;
  readonly scopes: readonly string[];
}

/** What became of the wish to be erased. */
export interface Erasure {
  /** The id under which the application finds the receipt. */
  readonly erasureId?: string | undefined;
}

/**
 * The application's own back end. Each function acts for the person who is signed in there; none takes a person from the browser.
 * A function rejects with a `ConnectFailure`; anything else that is thrown is read by its `code`, else becomes `unexpected`.
 */
export interface ConnectBackEnd {
  start(request: ConnectRequest, options: CallOptions): Promise<StartedSession>;
  finish(request: FinishRequest, options: CallOptions): Promise<Connection>;
  status(sessionId: string, options: CallOptions): Promise<SessionStatus>;
  list(options: CallOptions): Promise<readonly Connection[]>;
  /** Revokes at the provider and erases the credential. */
  disconnect(connectionId: string, options: CallOptions): Promise<void>;
  /** Erases everything that the signed-in person ever connected. */
  erase(options: CallOptions): Promise<Erasure>;
}

const SESSION = /^cs_[0-9a-z]{26}$/;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Whether something can be the id of a connect session. */
export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && SESSION.test(value);
}

/**
 * Holds a started session to its form. A `javascript:` address would run in the page's own origin, so that only https leads on, and
 * http on loopback.
 *
 * @param origin where the connect page must be, when the application says so
 */
export function checkStarted({sessionId, connectUrl}: StartedSession, origin: string | undefined): StartedSession {
  let address: URL | undefined;
  try {
    address = new URL(connectUrl);
  } catch {
    // refused below
  }
  const safe = address?.protocol === 'https:' || (address?.protocol === 'http:' && LOOPBACK.test(address.hostname));
  if (!isSessionId(sessionId) || !safe || (origin !== undefined && address?.origin !== origin)) {
    throw new ConnectFailure('answer_invalid');
  }
  return {sessionId, connectUrl};
}
