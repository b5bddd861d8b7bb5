import type {ReactNode} from 'react';
import {words} from '../words';

export interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the right. */
  number?: boolean;
  /** Buttons stand at the right, without a visible heading. */
  actions?: boolean;
}

/** A table that becomes a list of cards where it is narrow; its roles are written out because styling takes the implied ones away. */
export function Table<T>({caption, columns, rows, keyOf}: {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
}) {
  return (
    <table role="table" className="table">
      <caption className="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(column => (
            <th role="columnheader" scope="col" key={column.head} className={side(column)}>
              {column.actions ? <span className="unseen">{column.head}</span> : column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(row => (
          <tr role="row" key={keyOf(row)}>
            {columns.map((column, index) => index === 0
              ? <th role="rowheader" scope="row" key={column.head}>{column.cell(row)}</th>
              : (
                <td role="cell" key={column.head} className={side(column)}>
                  {!column.actions && <span className="cell-head" aria-hidden="true">{column.head}</span>}
                  <span className="cell">{column.cell(row)}</span>
                </td>
              ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function side<T>(column: Column<T>): string | undefined {
  return column.actions ? 'end' : column.number ? 'number' : undefined;
}

/** The way through a list that comes in pages. */
export function Pager({number, next, onNext, onFirst}: {number: number; next: string | undefined; onNext: (cursor: string) => void; onFirst: () => void}) {
  if (number === 1 && next === undefined) {
    return null;
  }
  return (
    <nav className="pager" aria-label={words.pages.label}>
      <span className="soft">{words.pages.page(number)}</span>
      <button type="button" className="button small" disabled={number === 1} onClick={onFirst}>{words.pages.first}</button>
      <button type="button" className="button small" disabled={next === undefined} onClick={() => next !== undefined && onNext(next)}>{words.pages.next}</button>
    </nav>
  );
}
