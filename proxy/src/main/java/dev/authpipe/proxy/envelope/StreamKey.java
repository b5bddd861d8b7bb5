package dev.authpipe.proxy.envelope;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * The key of one long stream, and what the KEK made of it (docs/backup-format.md, section 3.2). Must encrypt one stream only. Memory: two segments
 * of 1 MiB for each stream.
 */
public final class StreamKey implements AutoCloseable {
  static final int KEY_BYTES = 32;
  private static final int SEGMENT = 1 << 20;

  private final SecretBytes key;
  private final byte[] wrapped;

  StreamKey(SecretBytes key, byte[] wrapped) {
    this.key = key;
    this.wrapped = wrapped.clone();
  }

  /** What the KEK made of it, behind the format byte. */
  public byte[] wrapped() {
    return wrapped.clone();
  }

  /**
   * Encrypts what is written, to the end that closing makes.
   *
   * @param associated authenticated with every segment
   */
  public OutputStream encrypting(OutputStream to, byte[] associated) throws IOException {
    try {
      return streaming().newEncryptingStream(to, associated);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("a stream could not be encrypted", failure);
    }
  }

  /** What was encrypted. Reading throws {@link IntegrityException} where it is not as it was written, an end that came too early included. */
  public InputStream decrypting(InputStream from, byte[] associated) throws IOException {
    Source source = new Source(from);
    try {
      return new Opened(streaming().newDecryptingStream(source, associated), source);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("a stream could not be decrypted", failure);
    }
  }

  private AesGcmHkdfStreaming streaming() throws GeneralSecurityException {
    return new AesGcmHkdfStreaming(key.expose(), "HmacSha256", KEY_BYTES, SEGMENT, 0);
  }

  @Override
  public void close() {
    key.close();
  }

  /** Tells a file that cannot be read from one that is not as it was. */
  private static final class Source extends FilterInputStream {
    private @Nullable IOException failure;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException broken) {
        failure = broken;
        throw broken;
      }
    }
  }

  /** Nothing is handed on that was not authenticated; after a failure nothing more is. */
  private static final class Opened extends InputStream {
    private final InputStream in;
    private final Source source;

    Opened(InputStream in, Source source) {
      this.in = in;
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException failure) {
        IOException broken = source.failure;
        if (broken != null) {
          throw broken;
        }
        throw new IntegrityException("stream");
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
