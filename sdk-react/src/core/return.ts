import {isSessionId, type ConnectBackEnd, type Connection} from './back-end.js';
import {codeOf, isCode} from './failure.js';
import {defaultLimits, within, type Limits} from './limits.js';
import {watched, type Watched} from './state.js';
import {browserSurroundings, type Surroundings} from './surroundings.js';

/** What the address of the return page said. `take` gives the finish code once; it is in no property, so that nothing prints it. */
export type Returned =
  | {readonly sessionId: string; take(): string | null}
  | {readonly sessionId: string | null; readonly error: string};

const OURS = ['session_id', 'finish_code', 'error'];
const FINISH_CODE = /^[A-Za-z0-9_-]{20,128}$/;
const taken = new WeakMap<Window, Returned>();

/**
 * Reads what the connect flow brought back, and removes it from the address and the history. Call it before anything else of the page
 * runs. Asked again, it answers what it read before, until the address brings something new.
 */
export function takeReturn(view: Window = window): Returned {
  const address = new URL(view.location.href);
  const before = taken.get(view);
  if (before && !OURS.some(name => address.searchParams.has(name))) {
    return before;
  }
  const parameters = OURS.map(name => address.searchParams.getAll(name));
  OURS.forEach(name => address.searchParams.delete(name));
  view.history.replaceState(view.history.state, '', address.href);
  const returned = view.top === view.self ? read(parameters) : {sessionId: null, error: 'framed'};
  taken.set(view, returned);
  return returned;
}

function read(parameters: string[][]): Returned {
  const [sessionId, finishCode, error] = parameters.map(values => values[0]);
  if (!parameters.some(values => values.length > 0)) {
    return {sessionId: null, error: 'return_missing'};
  }
  if (parameters.some(values => values.length > 1) || !isSessionId(sessionId)) {
    return {sessionId: null, error: 'return_invalid'};
  }
  if (finishCode === undefined || error !== undefined) {
    return {sessionId, error: finishCode === undefined && isCode(error) ? error : 'return_invalid'};
  }
  if (!FINISH_CODE.test(finishCode)) {
    return {sessionId, error: 'return_invalid'};
  }
  let once: string | null = finishCode;
  return {
    sessionId,
    take() {
      const code = once;
      once = null;
      return code;
    },
  };
}

/**
 * Where the return page stands. `heard` says whether the page that began knows; only then does this window close. `again` says that the
 * same finish may be sent once more.
 */
export type ReturnState =
  | {readonly phase: 'finishing'}
  | {readonly phase: 'connected'; readonly connection: Connection; readonly heard: boolean}
  | {readonly phase: 'failed'; readonly code: string; readonly again: boolean; readonly heard: boolean};

export interface ReturnFlowOptions {
  readonly backEnd: Pick<ConnectBackEnd, 'finish'>;
  readonly returned?: Returned | undefined;
  /** Whether the window closes when the page that began has heard; usually it does. */
  readonly closes?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly surroundings?: Surroundings | undefined;
}

export interface ReturnFlow extends Watched<ReturnState> {
  /** Sends the same finish again, where `again` allows it. */
  retry(): void;
}

/** Refusals after which Authpipe answers the same finish as if it were the first. */
const PASSING = ['unreachable', 'provider_unreachable', 'key_unavailable', 'store_unavailable', 'audit_unavailable', 'rate_limited', 'overloaded',
  'request_in_progress'];

const flows = new WeakMap<Returned, ReturnFlow>();

/** Finishes what the browser brought back: once for each return, however often it is asked for. */
export function createReturnFlow(options: ReturnFlowOptions): ReturnFlow {
  const returned = options.returned ?? takeReturn();
  const made = flows.get(returned) ?? begin(returned, options);
  flows.set(returned, made);
  return made;
}

function begin(returned: Returned, {backEnd, closes = true, ...options}: ReturnFlowOptions): ReturnFlow {
  const around = options.surroundings ?? browserSurroundings();
  const limits: Limits = {...defaultLimits, ...options.limits};
  const state = watched<ReturnState>({phase: 'finishing'});
  const {sessionId} = returned;
  const never = new AbortController().signal;
  let finishCode = 'take' in returned ? returned.take() : null;
  let heard = false;

  // The page that began answers at once, if it is still there; without an answer nothing closes and this page says it all.
  const channel = sessionId === null ? null : around.channel(sessionId, ({about}) => {
    if (about === 'heard' && !heard) {
      heard = true;
      leave();
    }
  });

  function leave() {
    const now = state.getSnapshot();
    if (now.phase === 'finishing' || !heard) {
      return;
    }
    state.set({...now, heard});
    if (closes && !(now.phase === 'failed' && now.again)) {
      around.closeWindow();
    }
  }

  function end(next: ReturnState) {
    state.set(next);
    if (next.phase === 'failed' && next.again) {
      return;
    }
    finishCode = null;
    heard = false; // of how it ended
    channel?.send(next.phase === 'failed' ? {about: 'failed', code: next.code} : {about: 'connected'});
    around.after(limits.heard, () => channel?.close());
  }

  async function finish() {
    if (sessionId === null || finishCode === null) {
      end({phase: 'failed', code: 'error' in returned ? returned.error : 'return_missing', again: false, heard});
      return;
    }
    state.set({phase: 'finishing'});
    channel?.send({about: 'returned'});
    const code = finishCode;
    try {
      const connection = await within(around, limits.finish, never, call => backEnd.finish({sessionId, finishCode: code}, call));
      end({phase: 'connected', connection, heard: false});
    } catch (thrown) {
      const failure = codeOf(thrown);
      end({phase: 'failed', code: failure, again: PASSING.includes(failure), heard: false});
    }
  }

  void finish();
  return {
    getSnapshot: state.getSnapshot,
    subscribe: state.subscribe,
    retry() {
      const now = state.getSnapshot();
      if (now.phase === 'failed' && now.again) {
        void finish();
      }
    },
  };
}
