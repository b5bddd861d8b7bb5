const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/** Why something did not work, as a stable code. Its message is the code: nothing that an answer or an address held is in it. */
export class ConnectFailure extends Error {
  /** One of this package's codes, one of Authpipe's (docs/api/errors.md), or one of the application's own back end. */
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.name = 'ConnectFailure';
    this.code = code;
  }
}

/** Whether something can be a code: lower-case words joined by underscores, at most 64 characters. */
export function isCode(value: unknown): value is string {
  return typeof value === 'string' && CODE.test(value);
}

/** The code of anything that was thrown; `unexpected` when it has none. */
export function codeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return isCode(code) ? code : 'unexpected';
}
