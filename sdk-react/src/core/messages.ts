import {isCode} from './failure.js';

/**
 * What pages of the application tell each other about one session: the return page that it is there (`returned`) and how it ended
 * (`connected`, `failed`), the page that began that it has `heard`. Must never carry a secret: any page of the origin can listen.
 * None of them is believed: each makes the page that began ask the session's status.
 */
export interface Message {
  readonly about: 'returned' | 'connected' | 'failed' | 'heard';
  /** Why it failed. */
  readonly code?: string | undefined;
}

const FORM = 'authpipe-connect-1';
const ABOUT = ['returned', 'connected', 'failed', 'heard'];

/** One channel for each session, so that two tabs do not end each other's flow. BroadcastChannel keeps it within the origin. */
export function channelName(sessionId: string): string {
  return 'authpipe-connect:' + sessionId;
}

/** A message as it travels. */
export function written(message: Message): object {
  return {form: FORM, about: message.about, ...(message.code === undefined ? {} : {code: message.code})};
}

/** Reads what came over the channel; null for anything that has not exactly the form of a message. */
export function read(data: unknown): Message | null {
  if (typeof data !== 'object' || data === null) {
    return null;
  }
  const {form, about, code, ...others} = data as Record<string, unknown>;
  const fits = form === FORM && ABOUT.includes(about as string) && (about === 'failed' ? isCode(code) : code === undefined);
  return fits && Object.keys(others).length === 0 ? {about, code} as Message : null;
}
