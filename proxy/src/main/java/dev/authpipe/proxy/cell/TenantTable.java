package dev.authpipe.proxy.cell;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table that holds rows of workspaces.
 *
 * @param name    its name; from the database's catalog, never from outside
 * @param columns names and types in their order
 * @param key     names of the columns of its primary key, the workspace first
 * @param sealed  whether it holds sealed bytes
 */
record TenantTable(String name, List<Column> columns, List<String> key, boolean sealed) {
  /** A column: its name and its type as SQL has it. */
  record Column(String name, String type) {}

  TenantTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /** The key's columns but the workspace. */
  List<Column> rest() {
    return columns.stream().filter(column -> key.contains(column.name()) && !column.name().equals("workspace_id")).toList();
  }

  /** Number and digest of the workspace's rows, in no order. */
  String digest() {
    return "select count(*), coalesce(sum(" + number() + "), 0)::text from " + name + " t where t.workspace_id = ?";
  }

  /** Key and digest of each of the workspace's rows, by the text of its key. */
  String rows() {
    String parts = rest().stream().map(column -> "t." + column.name() + "::text").collect(Collectors.joining(", "));
    String all = parts.isEmpty() ? "array[]::text[]" : "array[" + parts + "]";
    return "select " + all + " as key, (" + all + ")::text collate \"C\" as place, " + number() + "::text as digest from " + name
        + " t where t.workspace_id = ? order by place";
  }

  private static String number() {
    return "(('x' || substr(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 1, 15))::bit(60)::bigint)::numeric";
  }

  /** The keys as a list of rows, to join with: literals, for COPY takes no parameters. */
  String wanted(List<RowName> keys) {
    if (rest().isEmpty()) {
      return "(values (1)) v(one) on true";
    }
    String values = keys.stream().map(row -> "(" + row.literals(rest()) + ")").collect(Collectors.joining(", "));
    String names = rest().stream().map(Column::name).collect(Collectors.joining(", "));
    String joined = rest().stream().map(column -> "t." + column.name() + " = v." + column.name())
        .collect(Collectors.joining(" and "));
    return "(values " + values + ") v(" + names + ") on " + joined;
  }

  /** Adds the rows that came in, or puts them in place of those with the same key. */
  String upsert(String incoming) {
    String others = columns.stream().map(Column::name).filter(column -> !key.contains(column))
        .map(column -> column + " = excluded." + column).collect(Collectors.joining(", "));
    return "insert into " + name + " select * from " + incoming + " on conflict (" + String.join(", ", key) + ") do "
        + (others.isEmpty() ? "nothing" : "update set " + others);
  }
}
