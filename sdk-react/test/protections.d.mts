export interface Protection {
  readonly protection: string;
  readonly file: string;
  readonly remove: string;
  readonly put: string;
  readonly also?: readonly string[];
  readonly test: string;
}

export const protections: readonly Protection[];
export function without(protection: Protection, source: string): string;
