import {words} from '../words';
import {errors, type Range, successes, type Sum, top} from './usage';

const w = words.usage;
const LEAST = 1;

const HOURS = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', timeZone: 'UTC'});
const DAYS = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', timeZone: 'UTC'});
const COMPACT = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1});

export function periodText(start: number, range: Range): string {
  return range.period === 'hour' ? `${DAYS.format(start)}, ${HOURS.format(start)}` : DAYS.format(start);
}

/** Bars of what worked, with what did not on top. A picture for eyes; the table below it says the same to everybody. */
export function UsageChart({range, periods}: {range: Range; periods: {start: number; sum: Sum}[]}) {
  const scale = top(Math.max(...periods.map(({sum}) => successes(sum) + errors(sum))));
  const height = (value: number) => value === 0 ? 0 : Math.max(LEAST, value / scale * 100);
  const busiest = periods.reduce((most, one) => successes(one.sum) + errors(one.sum) > successes(most.sum) + errors(most.sum) ? one : most);
  const label = w.chart(periodText(periods[0]?.start ?? 0, range), periodText(periods[periods.length - 1]?.start ?? 0, range),
    successes(busiest.sum) + errors(busiest.sum), periodText(busiest.start, range));
  const named = [0, Math.floor((periods.length - 1) / 2), periods.length - 1].map(at => periods[at]?.start ?? 0);
  return (
    <div>
      <div className="chart" role="img" aria-label={label}>
        <div className="chart-scale" aria-hidden="true">{[1, 0.5, 0].map(part => <span key={part}>{COMPACT.format(scale * part)}</span>)}</div>
        <svg className="chart-plot" viewBox={`0 0 ${periods.length * 10} 100`} preserveAspectRatio="none" aria-hidden="true">
          {[0, 50, 100].map(y => <line key={y} x1="0" x2={periods.length * 10} y1={y} y2={y} />)}
          {periods.map(({start, sum}, at) => {
            const good = height(successes(sum));
            const bad = height(errors(sum));
            return (
              <g key={start}>
                <rect className="bar-good" x={at * 10 + 1.5} width="7" y={100 - good} height={good} />
                <rect className="bar-bad" x={at * 10 + 1.5} width="7" y={100 - good - bad} height={bad} />
              </g>
            );
          })}
        </svg>
        <div className="chart-times" aria-hidden="true">{named.map(start => <span key={start}>{periodText(start, range)}</span>)}</div>
      </div>
      <ul className="chart-key" aria-hidden="true">
        <li><svg viewBox="0 0 10 10"><rect className="bar-good" width="10" height="10" rx="2" /></svg>{w.worked}</li>
        <li><svg viewBox="0 0 10 10"><rect className="bar-bad" width="10" height="10" rx="2" /></svg>{w.errors}</li>
      </ul>
    </div>
  );
}
