/** A connection as the overview tells of it. */
export interface Held {
  readonly id: string;
  readonly integration: string;
  readonly status: string;
  readonly account?: string;
  /** How often its access token was renewed, counted from 1. */
  readonly generation?: number;
  /** Seconds until the access token ends, by the demonstration's clock; not above 0 when it has. */
  readonly expires_in?: number;
}

export interface Task {
  readonly key: string;
  readonly title: string;
  readonly done: boolean;
}

export type Overview =
  | {readonly signed_in: false}
  | {readonly signed_in: true; readonly name: string; readonly connections: readonly Held[]; readonly tasks: readonly Task[]; readonly hours_passed: number};

/** One event of the proxy's audit log, in plain words. */
export interface Recorded {
  readonly at: string;
  readonly type: string;
  readonly said: string;
  readonly outcome: string;
  readonly reason?: string;
}

/** What the person did, and what the proxy recorded of it. */
export interface RecordedStep {
  readonly title: string;
  readonly text: string;
  readonly events: readonly Recorded[];
}

/** Why the back end did not do as asked, in a sentence for the person. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Asks the application's own back end, beside what the connect flow asks of it. */
export async function ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch('/api' + path, {
      method, redirect: 'error', cache: 'no-store',
      ...(body === undefined ? {} : {body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}}),
    });
  } catch {
    throw new Refusal(0, 'Tasklight does not answer. Look whether the demonstration still runs, then try again.');
  }
  const json: unknown = await answer.json().catch(() => null);
  if (!answer.ok || json === null) {
    const said = typeof json === 'object' && json !== null && 'message' in json ? String(json.message) : 'Something went wrong. Please try again.';
    throw new Refusal(answer.status, said);
  }
  return json as T;
}
