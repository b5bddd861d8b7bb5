package dev.authpipe.proxy.backup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

import dev.authpipe.proxy.envelope.WrapContext;

/**
 * What stands in the clear at the beginning of a backup, authenticated with all that follows (docs/backup-format.md, section 3.1). Must hold
 * nothing but the operator's names.
 *
 * @param deployment name of the deployment
 * @param store      {@code vault} or {@code client_secrets}
 * @param place      the name of a cell; empty: the first database
 * @param id         of the backup
 * @param schema     version of the newest migration
 * @param snapshot   the database's time just before the snapshot, in milliseconds
 * @param kek        the operator's name of the KEK
 */
public record BackupHeader(String deployment, String store, String place, UUID id, int schema, Instant snapshot, String kek) {
  private static final byte[] MAGIC = "authpipe-backup-1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT = 1;
  private static final int MOST = 16_384;
  private static final int ID_BYTES = 16;

  /** The header, what the KEK made of the key, and all the bytes that say so. A class, for records compare arrays by identity. */
  static final class Opened {
    private final BackupHeader header;
    private final byte[] wrapped;
    private final byte[] bytes;

    Opened(BackupHeader header, byte[] wrapped, byte[] bytes) {
      this.header = header;
      this.wrapped = wrapped;
      this.bytes = bytes;
    }

    BackupHeader header() {
      return header;
    }

    byte[] wrapped() {
      return wrapped;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /** What the file's key is bound to when a KEK wraps it. */
  WrapContext context() {
    return context(deployment, store, id, schema);
  }

  /** The same before there is a header. */
  static WrapContext context(String deployment, String store, UUID id, int schema) {
    return new WrapContext("backup-" + store.replace('_', '-') + "-" + id, deployment, null, schema);
  }

  /** Everything before the segments. */
  byte[] bytes(byte[] wrapped) {
    byte[] fields = fields(wrapped);
    if (fields.length > MOST) {
      throw new IllegalArgumentException("a header has at most 16384 bytes");
    }
    return ByteBuffer.allocate(MAGIC.length + Integer.BYTES + fields.length).put(MAGIC).putInt(fields.length).put(fields).array();
  }

  private byte[] fields(byte[] wrapped) {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(fields)) {
      out.writeByte(FORMAT);
      field(out, deployment);
      field(out, store);
      field(out, place);
      field(out,
          ByteBuffer.allocate(ID_BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array());
      field(out, ByteBuffer.allocate(Integer.BYTES).putInt(schema).array());
      field(out, ByteBuffer.allocate(Long.BYTES).putLong(snapshot.toEpochMilli()).array());
      field(out, kek);
      field(out, wrapped);
    } catch (IOException impossible) {
      throw new IllegalStateException("memory could not be written", impossible);
    }
    return fields.toByteArray();
  }

  static void field(DataOutputStream out, String text) throws IOException {
    field(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void field(DataOutputStream out, byte[] value) throws IOException {
    if (value.length > 0xFFFF) {
      throw new IllegalArgumentException("a field has at most 65535 bytes");
    }
    out.writeShort(value.length);
    out.write(value);
  }

  static byte[] field(DataInputStream in) throws IOException {
    byte[] value = new byte[in.readUnsignedShort()];
    in.readFully(value);
    return value;
  }

  static String text(DataInputStream in) throws IOException {
    return new String(field(in), StandardCharsets.UTF_8);
  }

  /**
   * Reads the beginning of a file; nothing of it is authenticated yet.
   *
   * @throws BackupException if it is not that of a backup
   */
  static Opened read(InputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw BackupException.refused("it does not begin like a backup of version 1");
    }
    try {
      DataInputStream data = new DataInputStream(in);
      int length = data.readInt();
      if (length < 1 || length > MOST) {
        throw BackupException.refused("its header has no possible length");
      }
      byte[] fields = new byte[length];
      data.readFully(fields);
      byte[] all = ByteBuffer.allocate(MAGIC.length + Integer.BYTES + length).put(MAGIC).putInt(length).put(fields).array();
      return decode(fields, all);
    } catch (EOFException cut) {
      throw new BackupException(BackupException.Reason.FILE_REFUSED,
          "the file is not as it was written: it ends in its header", cut);
    }
  }

  private static Opened decode(byte[] fields, byte[] all) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(fields));
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw BackupException.refused("its header is of an unknown version");
    }
    String deployment = text(in);
    String store = text(in);
    String place = text(in);
    byte[] id = field(in);
    byte[] schema = field(in);
    byte[] snapshot = field(in);
    String kek = text(in);
    byte[] wrapped = field(in);
    if (in.available() > 0 || id.length != ID_BYTES || schema.length != Integer.BYTES || snapshot.length != Long.BYTES) {
      throw BackupException.refused("its header is malformed");
    }
    ByteBuffer uuid = ByteBuffer.wrap(id);
    return new Opened(new BackupHeader(deployment, store, place, new UUID(uuid.getLong(), uuid.getLong()),
        ByteBuffer.wrap(schema).getInt(), Instant.ofEpochMilli(ByteBuffer.wrap(snapshot).getLong()), kek), wrapped, all);
  }
}
