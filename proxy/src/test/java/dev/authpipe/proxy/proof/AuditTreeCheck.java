package dev.authpipe.proxy.proof;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

/**
 * Holds the audit log of a store to docs/audit-format.md, from the rows alone and with hashing of its own (RFC 6962): no gap, every leaf the
 * hash of its event, and a head that is exactly the tree of all leaves.
 */
final class AuditTreeCheck {
  private final MessageDigest sha256;

  private AuditTreeCheck() {
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Checks every log of the store and returns how many events they hold together. */
  static long check(DataSource superuser) {
    AuditTreeCheck check = new AuditTreeCheck();
    long events = 0;
    try (Connection connection = superuser.getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (PreparedStatement heads = connection.prepareStatement("select workspace_id, size, frontier from audit_head");
          ResultSet head = heads.executeQuery()) {
        while (head.next()) {
          events += check.log(connection, head.getObject(1, UUID.class), head.getLong(2), head.getBytes(3));
        }
      }
      connection.rollback();
    } catch (SQLException failure) {
      throw new IllegalStateException("the audit log could not be read", failure);
    }
    return events;
  }

  private long log(Connection connection, UUID workspace, long size, byte[] frontier) throws SQLException {
    List<byte[]> leaves = new ArrayList<>();
    try (PreparedStatement events = connection
        .prepareStatement("select seq, body, leaf from audit_event where workspace_id = ? order by seq")) {
      events.setObject(1, workspace);
      try (ResultSet event = events.executeQuery()) {
        while (event.next()) {
          require(event.getLong(1) == leaves.size(), workspace, "a gap before " + event.getLong(1));
          byte[] leaf = hash(0, event.getBytes(2), new byte[0]);
          require(MessageDigest.isEqual(leaf, event.getBytes(3)), workspace,
              "leaf " + event.getLong(1) + " is not its event's hash");
          leaves.add(leaf);
        }
      }
    }
    require(leaves.size() == size, workspace, "the head says " + size + " and there are " + leaves.size());
    require(MessageDigest.isEqual(frontier(leaves), frontier), workspace, "the frontier is not that of the leaves");
    return size;
  }

  /** The roots of the perfect subtrees, the largest first. */
  private byte[] frontier(List<byte[]> leaves) {
    ByteArrayOutputStream roots = new ByteArrayOutputStream();
    int at = 0;
    for (int height = 30; height >= 0; height--) {
      int width = 1 << height;
      if ((leaves.size() & width) != 0) {
        roots.writeBytes(root(leaves.subList(at, at + width)));
        at += width;
      }
    }
    return roots.toByteArray();
  }

  private byte[] root(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int half = leaves.size() / 2;
    return hash(1, root(leaves.subList(0, half)), root(leaves.subList(half, leaves.size())));
  }

  private byte[] hash(int prefix, byte[] left, byte[] right) {
    sha256.reset();
    sha256.update((byte) prefix);
    sha256.update(left);
    return sha256.digest(right);
  }

  private static void require(boolean holds, UUID workspace, String otherwise) {
    if (!holds) {
      throw new AssertionError("audit log of " + workspace + ": " + otherwise);
    }
  }
}
