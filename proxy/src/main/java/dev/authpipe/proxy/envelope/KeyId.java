package dev.authpipe.proxy.envelope;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

import dev.authpipe.proxy.db.Tx;

/**
 * The id of the key that seals, as it stands in each sealed record (docs/crypto-format.md section 3.1). Names a key; proves nothing.
 *
 * @param value as Tink gave it
 */
public record KeyId(int value) implements Comparable<KeyId> {
  /** How many bytes of a sealed record are its format, its key's id and its nonce: no two records begin with the same. */
  public static final int HEAD_BYTES = 30;

  /**
   * How many sealed records in a column of the transaction's workspace name which key; reads the whole column.
   *
   * @param workspace the column that says whose row it is
   */
  public static Map<KeyId, Long> counts(Tx tx, Table<?> table, Field<UUID> workspace, Field<byte[]> sealed) {
    Field<byte[]> key = DSL.field("substring({0} from 3 for 4)", byte[].class, sealed);
    Map<KeyId, Long> counts = new TreeMap<>();
    tx.dsl().select(key, DSL.count()).from(table).where(workspace.eq(tx.workspace().value())).and(sealed.isNotNull())
        .groupBy(key)
        .forEach(row -> counts.merge(new KeyId(ByteBuffer.wrap(row.value1()).getInt()), (long) row.value2(), Long::sum));
    return counts;
  }

  /** The sums of two such counts. */
  public static Map<KeyId, Long> sum(Map<KeyId, Long> some, Map<KeyId, Long> others) {
    Map<KeyId, Long> sums = new TreeMap<>(some);
    others.forEach((key, count) -> sums.merge(key, count, Long::sum));
    return sums;
  }

  @Override
  public int compareTo(KeyId other) {
    return Integer.compareUnsigned(value, other.value);
  }

  /** Whether a column holds a sealed record that names another key. */
  public Condition differs(Field<byte[]> sealed) {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    return sealed.isNotNull().and(DSL.condition("substring({0} from 3 for 4) <> {1}", sealed, DSL.val(bytes)));
  }
}
