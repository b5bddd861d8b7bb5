import type {Usage} from '../api/types';

/** How much time a page of usage shows, and how finely. Periods are in UTC, as the control plane counts them. */
export interface Range {
  name: string;
  period: 'hour' | 'day';
  count: number;
}

export const RANGES: Range[] = [
  {name: '24h', period: 'hour', count: 24},
  {name: '7d', period: 'day', count: 7},
  {name: '30d', period: 'day', count: 30},
  {name: '90d', period: 'day', count: 90},
];

export function rangeOf(name: string | null): Range {
  return RANGES.find(range => range.name === name) ?? RANGES[2]!;
}

const HOUR = 3_600_000;
const lengthOf = (range: Range) => range.period === 'hour' ? HOUR : 24 * HOUR;

/** The beginnings of a range's periods, the oldest first; the last is the present one. */
export function periods(range: Range, now: number): number[] {
  const length = lengthOf(range);
  const last = Math.floor(now / length) * length;
  return Array.from({length: range.count}, (_, at) => last - (range.count - 1 - at) * length);
}

/** From the first period to the end of the present one. */
export function bounds(range: Range, now: number): {from: string; to: string} {
  const all = periods(range, now);
  return {from: new Date(all[0] ?? now).toISOString(), to: new Date((all[all.length - 1] ?? now) + lengthOf(range)).toISOString()};
}

export interface Sum {
  calls: number;
  token_reads: number;
  refused: number;
  failed: number;
  provider_errors: number;
  refreshes: number;
}

const NOTHING: Sum = {calls: 0, token_reads: 0, refused: 0, failed: 0, provider_errors: 0, refreshes: 0};

export function add(rows: Sum[]): Sum {
  return rows.reduce((sum, row) => ({
    calls: sum.calls + row.calls,
    token_reads: sum.token_reads + row.token_reads,
    refused: sum.refused + row.refused,
    failed: sum.failed + row.failed,
    provider_errors: sum.provider_errors + row.provider_errors,
    refreshes: sum.refreshes + row.refreshes,
  }), NOTHING);
}

export const successes = (sum: Sum) => sum.calls + sum.token_reads;
export const errors = (sum: Sum) => sum.refused + sum.failed + sum.provider_errors;

/** What happened in each period, also where nothing did. */
export function byPeriod(rows: Usage[], starts: number[]): {start: number; sum: Sum}[] {
  return starts.map(start => ({start, sum: add(rows.filter(row => Date.parse(row.start) === start))}));
}

/** What each integration did, the busiest first. */
export function byIntegration(rows: Usage[]): {integration: string; sum: Sum}[] {
  return [...new Set(rows.map(row => row.integration))]
    .map(integration => ({integration, sum: add(rows.filter(row => row.integration === integration))}))
    .sort((a, b) => successes(b.sum) + errors(b.sum) - successes(a.sum) - errors(a.sum) || a.integration.localeCompare(b.integration));
}

/** A share in percent, as people read it; null: of nothing. */
export function share(part: number, whole: number): string | null {
  if (whole === 0) {
    return null;
  }
  const percent = part / whole * 100;
  return percent === 0 ? '0 %' : percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** The least round number that is not lower, as the top of a scale. */
export function top(most: number): number {
  if (most <= 4) {
    return 4;
  }
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 5, 10].map(step => step * unit).find(step => step >= most) ?? 10 * unit;
}
