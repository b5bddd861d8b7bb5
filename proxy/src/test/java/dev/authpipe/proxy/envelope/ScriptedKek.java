package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.testkit.Gate;

/** A KEK in memory that really encrypts, and refuses, fails or hangs when told to. Passes the same contract as the local KEK. */
public final class ScriptedKek implements Kek {
  /** What it answers. */
  public enum Mode {
    WORKS,
    REFUSES,
    OUTAGE
  }

  private final String name;
  private final Aead aead;
  private final AtomicInteger unwraps = new AtomicInteger();
  private volatile Mode mode = Mode.WORKS;
  private volatile KekRefusedException.Reason reason = KekRefusedException.Reason.DISABLED;
  private volatile @Nullable Gate gate;
  private volatile boolean closed;

  public ScriptedKek(String name) {
    this.name = name;
    try {
      this.aead = KeysetHandle.generateNew(WorkspaceKeyset.parameters(), WorkspaceKeyset.CONFIGURATION)
          .getPrimitive(WorkspaceKeyset.CONFIGURATION, Aead.class);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  public void works() {
    mode = Mode.WORKS;
  }

  public void refuses(KekRefusedException.Reason why) {
    reason = why;
    mode = Mode.REFUSES;
  }

  public void isOut() {
    mode = Mode.OUTAGE;
  }

  /** Holds every call at a gate, or none. */
  public void hangsAt(@Nullable Gate held) {
    gate = held;
  }

  /** How often it was asked to unwrap. */
  public int unwraps() {
    return unwraps.get();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public KekRights rights() {
    return KekRights.untold("it is scripted");
  }

  @Override
  public byte[] wrap(SecretBytes keyset, WrapContext context) {
    act();
    try {
      return aead.encrypt(keyset.expose(), context.canonical());
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, WrapContext context) {
    unwraps.incrementAndGet();
    act();
    try {
      return SecretBytes.taking(aead.decrypt(wrapped, context.canonical()));
    } catch (GeneralSecurityException refused) {
      throw new IntegrityException("wrapped keyset");
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void act() {
    if (closed) {
      throw new KekOutageException("closed");
    }
    Gate held = gate;
    if (held != null) {
      held.pass();
    }
    switch (mode) {
      case WORKS -> {
      }
      case REFUSES -> throw new KekRefusedException(reason);
      case OUTAGE -> throw new KekOutageException("scripted");
    }
  }
}
