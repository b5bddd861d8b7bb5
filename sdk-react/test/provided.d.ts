import 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The major version of React that a project runs with. */
    readonly react: string;
  }
}
