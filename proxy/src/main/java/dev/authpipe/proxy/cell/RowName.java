package dev.authpipe.proxy.cell;

import java.util.List;
import java.util.StringJoiner;

/** The key of a row but its workspace, as texts in the order of its columns. */
record RowName(List<String> texts) {
  RowName {
    texts = List.copyOf(texts);
  }

  /** Literals of the columns' types. */
  String literals(List<TenantTable.Column> columns) {
    StringJoiner literals = new StringJoiner(", ");
    for (int i = 0; i < texts.size(); i++) {
      literals.add("'" + texts.get(i).replace("'", "''") + "'::" + columns.get(i).type());
    }
    return literals.toString();
  }
}
