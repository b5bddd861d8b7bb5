package dev.authpipe.proxy.envelope.aws;

import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;

/**
 * Credentials whose absence is told as what it is. None from the first call on is a refusal; none any more, after there were some, is an
 * outage of whoever gives them out, since nobody said no. Keeps no credentials itself.
 */
final class ToldCredentials implements AwsCredentialsProvider, AutoCloseable {
  private final AwsCredentialsProvider source;
  private volatile boolean given;

  ToldCredentials(AwsCredentialsProvider source) {
    this.source = source;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      AwsCredentials credentials = source.resolveCredentials();
      given = true;
      return credentials;
    } catch (SdkException | IllegalStateException | IllegalArgumentException none) {
      if (given && !isRefusal(none)) {
        throw new KekOutageException("credentials");
      }
      throw new KekRefusedException(KekRefusedException.Reason.NO_CREDENTIALS);
    }
  }

  /** Whoever gives credentials out answered, and said no: to a web identity, for instance, whose role no longer trusts it. */
  private static boolean isRefusal(RuntimeException failure) {
    return failure instanceof AwsServiceException answer && answer.statusCode() >= 400 && answer.statusCode() < 500
        && answer.statusCode() != 429 && !answer.isThrottlingException();
  }

  @Override
  public void close() {
    if (source instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
