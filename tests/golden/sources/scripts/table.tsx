/**
 * Tables of anything.
 *
 * @example
 * <Table rows={[1, 2]} render={(row) => <td>{row}</td>} />
 */
import * as React from "react";

export type Column<T, K extends keyof T = keyof T> = { title: string; key: K; render?: (value: T[K]) => React.JSX.Element };

interface Props<T> {
  rows: readonly T[];
  columns: Column<T>[];
}

export const Empty: React.FC<{ title?: string }> = ({ title = "Nothing" }) => <caption>{title}</caption>;

export function Table<T extends { id: string }>({ rows, columns }: Props<T>): React.JSX.Element {
  if (!rows.length) return <Empty />;
  return <table>{rows.map((row) => <tr key={row.id}>{columns.map((each) => <td>{String(row[each.key])}</td>)}</tr>)}</table>;
}

export const Sorted = <T extends { id: string },>(props: Props<T> & { by: keyof T }) => (
  <Table {...props} rows={[...props.rows].sort()} />
);

Table.Sorted = Sorted;
