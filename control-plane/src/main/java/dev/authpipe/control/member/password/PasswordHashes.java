package dev.authpipe.control.member.password;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/**
 * Makes and checks Argon2id hashes in the PHC form {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. A check without a hash costs as much as one
 * with (S83). At most four at a time, for each takes its memory. Never keeps a password. Thread-safe.
 */
public final class PasswordHashes {
  private static final Pattern FORM = Pattern
      .compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,64})\\$([A-Za-z0-9+/]{43})");
  private static final int SALT = 16;
  private static final int LENGTH = 32;
  private static final int AT_A_TIME = 4;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final byte[] NOBODY = new byte[SALT];

  private final PasswordCost cost;
  private final Randomness randomness;
  private final Semaphore turns = new Semaphore(AT_A_TIME, true);
  private final AtomicLong computed = new AtomicLong();

  /** Hashes of a cost. */
  public PasswordHashes(PasswordCost cost, Randomness randomness) {
    this.cost = cost;
    this.randomness = randomness;
  }

  /** The hash to store. */
  public String hash(SecretText password) {
    byte[] salt = randomness.bytes(SALT);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.iterations() + ",p=" + cost.lanes() + "$"
        + base64.encodeToString(salt) + "$" + base64.encodeToString(compute(cost, salt, password));
  }

  /** Whether the password is that of the hash; null: there is nobody or no password, which takes as long and is false. */
  public boolean matches(@Nullable String stored, SecretText password) {
    if (stored == null) {
      compute(cost, NOBODY, password);
      return false;
    }
    Matcher parts = parts(stored);
    byte[] expected = Base64.getDecoder().decode(parts.group(5));
    return MessageDigest.isEqual(expected, compute(cost(parts), Base64.getDecoder().decode(parts.group(4)), password));
  }

  /** Whether a hash was made with another cost than this one. */
  public boolean isOutdated(String stored) {
    return !cost(parts(stored)).equals(cost);
  }

  /** How many hashes were computed so far: the work that the outside can measure. */
  public long computed() {
    return computed.get();
  }

  private byte[] compute(PasswordCost wanted, byte[] salt, SecretText password) {
    try {
      if (!turns.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new PasswordsBusyException();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new PasswordsBusyException();
    }
    try {
      computed.incrementAndGet();
      Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
      argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
          .withMemoryAsKB(wanted.memoryKib()).withIterations(wanted.iterations()).withParallelism(wanted.lanes()).withSalt(salt)
          .build());
      byte[] hash = new byte[LENGTH];
      argon2.generateBytes(password.exposeUtf8(), hash);
      return hash;
    } finally {
      turns.release();
    }
  }

  private static PasswordCost cost(Matcher parts) {
    return new PasswordCost(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
  }

  private static Matcher parts(String stored) {
    Matcher parts = FORM.matcher(stored);
    if (!parts.matches()) {
      throw new IllegalStateException("a stored password hash has another form");
    }
    return parts;
  }
}
