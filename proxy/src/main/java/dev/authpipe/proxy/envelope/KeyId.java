package dev.authpipe.proxy.envelope;

import java.nio.ByteBuffer;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * The id of the key that seals, as it stands in each sealed record (docs/crypto-format.md section 3.1). Names a key; proves nothing.
 *
 * @param value as Tink gave it
 */
public record KeyId(int value) {
  /** Whether a column holds a sealed record that names another key. */
  public Condition differs(Field<byte[]> sealed) {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    return sealed.isNotNull().and(DSL.condition("substring({0} from 3 for 4) <> {1}", sealed, DSL.val(bytes)));
  }
}
