package dev.authpipe.proxy.envelope.aws;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRights;
import dev.authpipe.proxy.envelope.WrapContext;
import dev.authpipe.proxy.secret.SecretBytes;

/**
 * A symmetric key in AWS KMS. The context is its encryption context, which CloudTrail shows: opaque ids only. Each call is one request,
 * never repeated, and ends within the deadline. The client is made with the first call.
 */
public final class AwsKek implements Kek {
  private static final int KEYSET_MOST = 4_096;

  private final String name;
  private final AwsKekSettings settings;
  private final Duration deadline;
  private @Nullable KmsClient client;
  private @Nullable ToldCredentials credentials;
  private boolean closed;

  /**
   * Calls nobody yet.
   *
   * @param name     the operator's name for it
   * @param deadline longest time for one call, 5 s at most
   */
  public AwsKek(String name, AwsKekSettings settings, Duration deadline) {
    this.name = name;
    this.settings = settings;
    this.deadline = deadline;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte[] wrap(SecretBytes keyset, WrapContext context) {
    if (keyset.length() > KEYSET_MOST) {
      throw new IllegalArgumentException("a keyset has at most 4096 bytes");
    }
    return call(kms -> kms.encrypt(request -> request.keyId(settings.key()).encryptionContext(context.pairs())
        .plaintext(SdkBytes.fromByteArrayUnsafe(keyset.expose()))).ciphertextBlob()).asByteArray();
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, WrapContext context) {
    SdkBytes ciphertext = SdkBytes.fromByteArray(wrapped);
    return SecretBytes.taking(call(kms -> kms.decrypt(request -> request.keyId(settings.key()).encryptionContext(context.pairs())
        .ciphertextBlob(ciphertext)).plaintext()).asByteArrayUnsafe());
  }

  /**
   * Where the other KEK is reached by the same credentials at the same endpoint, {@code ReEncrypt} does it within the service: the keyset
   * comes to nobody. A second one, of the result under this key, proves that this key decrypts it.
   */
  @Override
  public Optional<byte[]> rewrap(byte[] wrapped, WrapContext context, Kek from) {
    if (!(from instanceof AwsKek other) || !other.settings.region().equals(settings.region())
        || !Objects.equals(other.settings.endpoint(), settings.endpoint())
        || !Objects.equals(other.settings.credentialsFile(), settings.credentialsFile())) {
      return Optional.empty();
    }
    try {
      SdkBytes moved = reEncrypt(SdkBytes.fromByteArray(wrapped), other.settings.key(), context);
      reEncrypt(moved, settings.key(), context);
      return Optional.of(moved.asByteArray());
    } catch (KekRefusedException refused) {
      return Optional.empty(); // that operation may be refused where the two that it stands for are not
    }
  }

  private SdkBytes reEncrypt(SdkBytes ciphertext, String source, WrapContext context) {
    ReEncryptResponse answer = call(kms -> kms.reEncrypt(request -> request.ciphertextBlob(ciphertext).sourceKeyId(source)
        .sourceEncryptionContext(context.pairs()).destinationKeyId(settings.key())
        .destinationEncryptionContext(context.pairs())));
    return answer.ciphertextBlob();
  }

  /**
   * Tries what can be tried without effect: reading what only an administrator reads, and a grant as a dry run. A grant would let others use
   * the key, whatever its policy says.
   */
  @Override
  public KekRights rights() {
    List<String> beyond = new ArrayList<>();
    may(beyond, "kms:CreateGrant", kms -> kms.createGrant(request -> request.keyId(settings.key()).dryRun(true)
        .operations(GrantOperation.DECRYPT).granteePrincipal("arn:aws:iam::" + account() + ":root")));
    may(beyond, "kms:GetKeyPolicy", kms -> kms.getKeyPolicy(request -> request.keyId(settings.key()).policyName("default")));
    may(beyond, "kms:ListGrants", kms -> kms.listGrants(request -> request.keyId(settings.key()).limit(1)));
    return new KekRights(beyond,
        "kms:ScheduleKeyDeletion, kms:DisableKey and kms:PutKeyPolicy cannot be tried without effect: look at the policy");
  }

  /** Adds an operation that is not denied; a dry run that would succeed is answered as a failure of its own kind. */
  private void may(List<String> beyond, String operation, Function<KmsClient, ?> attempt) {
    try {
      if (attempt.apply(client()) != null) {
        beyond.add(operation);
      }
    } catch (DryRunOperationException allowed) {
      beyond.add(operation);
    } catch (AwsServiceException failure) {
      if (!(AwsFailures.answered(name, failure) instanceof KekRefusedException refused)
          || refused.reason() != KekRefusedException.Reason.DENIED) {
        throw AwsFailures.answered(name, failure);
      }
    } catch (KekRefusedException | KekOutageException told) {
      throw told;
    } catch (RuntimeException failure) {
      throw AwsFailures.unanswered(name, failure);
    }
  }

  /** That of the key, where its ARN tells it: a grant names a principal, and a key's own account exists. */
  private String account() {
    String[] arn = settings.key().split(":", -1);
    return arn.length > 4 && !arn[4].isEmpty() ? arn[4] : "111122223333";
  }

  private <T> T call(Function<KmsClient, T> work) {
    try {
      return work.apply(client());
    } catch (AwsServiceException failure) {
      throw AwsFailures.answered(name, failure);
    } catch (IntegrityException | KekRefusedException | KekOutageException told) {
      throw told;
    } catch (RuntimeException failure) {
      throw AwsFailures.unanswered(name, failure);
    }
  }

  private synchronized KmsClient client() {
    if (closed) {
      throw new KekOutageException("closed");
    }
    KmsClient made = client;
    if (made == null) {
      credentials = new ToldCredentials(source());
      KmsClientBuilder builder = KmsClient.builder().region(Region.of(settings.region())).credentialsProvider(credentials)
          .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(deadline).socketTimeout(deadline))
          .overrideConfiguration(each -> each.apiCallTimeout(deadline).apiCallAttemptTimeout(deadline)
              .retryStrategy(AwsRetryStrategy.doNotRetry()));
      if (settings.endpoint() != null) {
        builder.endpointOverride(settings.endpoint());
      }
      made = builder.build();
      client = made;
    }
    return made;
  }

  private AwsCredentialsProvider source() {
    return settings.credentialsFile() == null
        ? DefaultCredentialsProvider.builder().build()
        : ProfileCredentialsProvider.builder().profileName("default")
            .profileFile(ProfileFileSupplier.reloadWhenModified(settings.credentialsFile(),
                software.amazon.awssdk.profiles.ProfileFile.Type.CREDENTIALS))
            .build();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
      client = null;
    }
    if (credentials != null) {
      credentials.close();
      credentials = null;
    }
  }
}
