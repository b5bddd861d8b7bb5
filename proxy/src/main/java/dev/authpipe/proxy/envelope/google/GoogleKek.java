package dev.authpipe.proxy.envelope.google;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.EncryptRequest;
import com.google.cloud.kms.v1.EncryptResponse;
import com.google.iam.v1.TestIamPermissionsRequest;
import com.google.iam.v1.TestIamPermissionsResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.auth.MoreCallCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRights;
import dev.authpipe.proxy.envelope.WrapContext;
import dev.authpipe.proxy.secret.SecretBytes;

/**
 * A symmetric key in Google Cloud KMS. The context is additional authenticated data. Every request and answer carries CRC32C, and an answer
 * whose checksum is missing or wrong is thrown away. Each call is one request, never repeated, and ends within the deadline. The channel is
 * made with the first call.
 */
public final class GoogleKek implements Kek {
  private static final int HTTPS = 443;
  private static final int ANSWER_MOST = 64 * 1024;
  private static final String SCOPE = "https://www.googleapis.com/auth/cloudkms";
  private static final Metadata.Key<String> ROUTING = Metadata.Key.of("x-goog-request-params", Metadata.ASCII_STRING_MARSHALLER);

  private static final String SERVICE = "google.cloud.kms.v1.KeyManagementService";
  private static final MethodDescriptor<EncryptRequest, EncryptResponse> ENCRYPT = method("Encrypt",
      EncryptRequest.getDefaultInstance(), EncryptResponse.getDefaultInstance());
  private static final MethodDescriptor<DecryptRequest, DecryptResponse> DECRYPT = method("Decrypt",
      DecryptRequest.getDefaultInstance(), DecryptResponse.getDefaultInstance());

  private static final List<String> ADMINISTRATION = List.of("cloudkms.cryptoKeys.setIamPolicy", "cloudkms.cryptoKeys.update",
      "cloudkms.cryptoKeyVersions.create", "cloudkms.cryptoKeyVersions.destroy", "cloudkms.cryptoKeyVersions.update");
  private static final MethodDescriptor<TestIamPermissionsRequest, TestIamPermissionsResponse> TEST = method(
      "google.iam.v1.IAMPolicy", "TestIamPermissions", TestIamPermissionsRequest.getDefaultInstance(),
      TestIamPermissionsResponse.getDefaultInstance());

  private record Connection(ManagedChannel channel, Channel routed, CallOptions options) {}

  private final String name;
  private final GoogleKekSettings settings;
  private final Duration deadline;
  private @Nullable Connection connection;
  private boolean closed;

  /**
   * Calls nobody yet.
   *
   * @param name     the operator's name for it
   * @param deadline longest time for one call, 5 s at most
   */
  public GoogleKek(String name, GoogleKekSettings settings, Duration deadline) {
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
    ByteString plain = UnsafeByteOperations.unsafeWrap(keyset.expose());
    ByteString associated = ByteString.copyFrom(context.canonical());
    EncryptRequest request = EncryptRequest.newBuilder().setName(settings.key()).setPlaintext(plain)
        .setPlaintextCrc32C(checksum(plain))
        .setAdditionalAuthenticatedData(associated).setAdditionalAuthenticatedDataCrc32C(checksum(associated)).build();
    EncryptResponse answer = call(ENCRYPT, request, false);
    demand(answer.getVerifiedPlaintextCrc32C() && answer.getVerifiedAdditionalAuthenticatedDataCrc32C()
        && answer.hasCiphertextCrc32C() && checksum(answer.getCiphertext()).equals(answer.getCiphertextCrc32C())
        && answer.getName().startsWith(settings.key() + "/"));
    return answer.getCiphertext().toByteArray();
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, WrapContext context) {
    return SecretBytes.taking(decrypt(wrapped, context).getPlaintext().toByteArray());
  }

  /** The primary version is the one that encrypts, whatever its number. */
  @Override
  public Optional<Boolean> isWrappedByNewest(byte[] wrapped, WrapContext context) {
    DecryptResponse answer = decrypt(wrapped, context);
    SecretBytes.taking(answer.getPlaintext().toByteArray()).close();
    return Optional.of(answer.getUsedPrimary());
  }

  private DecryptResponse decrypt(byte[] wrapped, WrapContext context) {
    ByteString ciphertext = ByteString.copyFrom(wrapped);
    ByteString associated = ByteString.copyFrom(context.canonical());
    DecryptRequest request = DecryptRequest.newBuilder().setName(settings.key()).setCiphertext(ciphertext)
        .setCiphertextCrc32C(checksum(ciphertext)).setAdditionalAuthenticatedData(associated)
        .setAdditionalAuthenticatedDataCrc32C(checksum(associated)).build();
    DecryptResponse answer = call(DECRYPT, request, true);
    demand(answer.hasPlaintextCrc32C() && checksum(answer.getPlaintext()).equals(answer.getPlaintextCrc32C()));
    return answer;
  }

  /** Asks the service which of the permissions that only an administrator needs are there; it answers without anything being done. */
  @Override
  public KekRights rights() {
    TestIamPermissionsRequest request = TestIamPermissionsRequest.newBuilder().setResource(settings.key())
        .addAllPermissions(ADMINISTRATION).build();
    return new KekRights(call(TEST, request, false).getPermissionsList(), "");
  }

  /** What was changed on its way is no answer: it says neither yes nor no. */
  private static void demand(boolean fits) {
    if (!fits) {
      throw new KekOutageException("checksum");
    }
  }

  private static Int64Value checksum(ByteString bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asReadOnlyByteBuffer());
    return Int64Value.of(crc.getValue());
  }

  private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(String name, Q request, A answer) {
    return method(SERVICE, name, request, answer);
  }

  private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(String service, String name, Q request,
      A answer) {
    return MethodDescriptor.<Q, A>newBuilder().setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(ProtoUtils.marshaller(request))
        .setResponseMarshaller(ProtoUtils.marshaller(answer)).build();
  }

  private <Q, A> A call(MethodDescriptor<Q, A> method, Q request, boolean decrypting) {
    Connection to = connection();
    ConnectivityState state = to.channel.getState(false);
    CallOptions options = to.options.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (state != ConnectivityState.READY) {
      to.channel.resetConnectBackoff(); // connects at once, not after minutes
      options = options.withWaitForReady();
    }
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      options = options.withDeadlineAfter(deadline.toMillis() / 2, TimeUnit.MILLISECONDS); // it failed just now
    }
    try {
      return ClientCalls.blockingUnaryCall(to.routed, method, options, request);
    } catch (StatusRuntimeException failure) {
      throw GoogleFailures.of(name, failure.getStatus(), decrypting);
    }
  }

  private synchronized Connection connection() {
    if (closed) {
      throw new KekOutageException("closed");
    }
    Connection made = connection;
    if (made == null) {
      made = connect();
      connection = made;
    }
    return made;
  }

  private Connection connect() {
    boolean plain = "http".equals(settings.endpoint().getScheme());
    int port = settings.endpoint().getPort();
    Metadata headers = new Metadata();
    headers.put(ROUTING, "name=" + settings.key().replace("/", "%2F"));
    GoogleCredentials credentials = plain ? null : credentials();
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(settings.endpoint().getHost(), port < 0 ? HTTPS : port)
        .disableRetry()
        .disableServiceConfigLookUp().maxInboundMessageSize(ANSWER_MOST);
    ManagedChannel channel = (plain ? builder.usePlaintext() : builder.useTransportSecurity()).build();
    return new Connection(channel, ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        credentials == null
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withCallCredentials(MoreCallCredentials.from(credentials)));
  }

  private GoogleCredentials credentials() {
    try {
      if (settings.credentialsFile() == null) {
        return GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE));
      }
      try (InputStream file = Files.newInputStream(settings.credentialsFile())) {
        return GoogleCredentials.fromStream(file).createScoped(List.of(SCOPE));
      }
    } catch (IOException none) {
      throw new KekRefusedException(KekRefusedException.Reason.NO_CREDENTIALS);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (connection != null) {
      connection.channel.shutdownNow();
      connection = null;
    }
  }
}
