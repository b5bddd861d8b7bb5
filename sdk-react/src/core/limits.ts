import {ConnectFailure} from './failure.js';
import type {CallOptions} from './back-end.js';
import type {Surroundings} from './surroundings.js';

/** How long things may take, in milliseconds, and how often. */
export interface Limits {
  /** One call of the back end. */
  readonly call: number;
  /** The call that finishes: the provider is asked meanwhile. */
  readonly finish: number;
  /** After a click in which another one means the same. */
  readonly again: number;
  /** Between two questions for the status. */
  readonly poll: number;
  /** Between two looks at the window. */
  readonly look: number;
  /** From when the window seems closed, and the person looks at this page, until it counts. */
  readonly closed: number;
  /** The whole flow: a session lives ten minutes, and finish two more. */
  readonly flow: number;
  /** Until a page that should have been left has not been left. */
  readonly leave: number;
  /** Until nobody has heard what the return page told. */
  readonly heard: number;
  /** Questions for the status that may fail one after the other. */
  readonly failures: number;
}

export const defaultLimits: Limits = {
  call: 15_000, finish: 60_000, again: 1_000, poll: 2_000, look: 500, closed: 3_000, flow: 780_000, leave: 30_000, heard: 1_200, failures: 8,
};

/** Makes a call that ends in time, also when what is called does not heed its signal. */
export function within<T>(around: Surroundings, milliseconds: number, ended: AbortSignal, call: (options: CallOptions) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  return new Promise<T>((done, fail) => {
    const give = (code: string) => {
      fail(new ConnectFailure(code));
      abort.abort();
    };
    const cancelled = () => give('cancelled');
    const stop = around.after(milliseconds, () => give('unreachable'));
    ended.addEventListener('abort', cancelled);
    new Promise<T>(begin => begin(call({signal: abort.signal}))).then(done, fail).finally(() => {
      stop();
      ended.removeEventListener('abort', cancelled);
    });
  });
}
