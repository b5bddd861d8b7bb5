package dev.authpipe.testkit.kms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DecryptResponse;
import com.google.cloud.kms.v1.EncryptRequest;
import com.google.cloud.kms.v1.EncryptResponse;
import com.google.iam.v1.TestIamPermissionsRequest;
import com.google.iam.v1.TestIamPermissionsResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

import dev.authpipe.testkit.FreePorts;

/**
 * Google Cloud KMS over gRPC on a loopback port, in plain HTTP/2: {@code Encrypt} and {@code Decrypt} with additional authenticated data,
 * key versions, and CRC32C demanded from the caller and given back. Never for anything but tests.
 */
public final class GoogleKms implements AutoCloseable {
  private static final String SERVICE = "google.cloud.kms.v1.KeyManagementService";
  private static final String POLICIES = "google.iam.v1.IAMPolicy";
  private static final Metadata.Key<String> ROUTING = Metadata.Key.of("x-goog-request-params", Metadata.ASCII_STRING_MARSHALLER);

  private final Map<String, KmsKey> keys = new ConcurrentHashMap<>();
  private final List<String> routings = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int port = FreePorts.next();
  private volatile Server server;
  private volatile boolean unauthenticated;
  private final Set<String> permissions = ConcurrentHashMap.newKeySet();

  private GoogleKms() {
    this.server = listen();
  }

  public static GoogleKms start() {
    return new GoogleKms();
  }

  public URI origin() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** A new key of that name: {@code projects/…/cryptoKeys/…}. */
  public KmsKey key(String id) {
    var name = "projects/test/locations/europe-west3/keyRings/authpipe/cryptoKeys/" + id;
    var key = new KmsKey(name);
    keys.put(name, key);
    return key;
  }

  /** Gives the credentials a permission beside those to encrypt and decrypt. */
  public void permit(String permission) {
    permissions.add(permission);
  }

  /** Whether nobody's credentials are accepted. */
  public void rejectCredentials(boolean rejected) {
    unauthenticated = rejected;
  }

  /** What callers said of where their requests belong, in their order. */
  public List<String> routings() {
    return List.copyOf(routings);
  }

  /** Goes away: from now on connecting is refused. */
  public void stop() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Comes back at the same port. */
  public void startAgain() {
    server = listen();
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }

  private Server listen() {
    try {
      return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).executor(threads)
          .intercept(new Routing()).addService(service()).addService(policies()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Routing implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      routings.add(Optional.ofNullable(headers.get(ROUTING)).orElse(""));
      return next.startCall(call, headers);
    }
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(method("Encrypt", EncryptRequest.getDefaultInstance(), EncryptResponse.getDefaultInstance()),
            ServerCalls.asyncUnaryCall(this::encrypt))
        .addMethod(method("Decrypt", DecryptRequest.getDefaultInstance(), DecryptResponse.getDefaultInstance()),
            ServerCalls.asyncUnaryCall(this::decrypt))
        .build();
  }

  private ServerServiceDefinition policies() {
    return ServerServiceDefinition.builder(POLICIES)
        .addMethod(method(POLICIES, "TestIamPermissions", TestIamPermissionsRequest.getDefaultInstance(),
            TestIamPermissionsResponse.getDefaultInstance()), ServerCalls.asyncUnaryCall(this::test))
        .build();
  }

  private void test(TestIamPermissionsRequest asked, StreamObserver<TestIamPermissionsResponse> answer) {
    answer.onNext(TestIamPermissionsResponse.newBuilder()
        .addAllPermissions(asked.getPermissionsList().stream().filter(permissions::contains).toList()).build());
    answer.onCompleted();
  }

  private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(String name, Q request, A answer) {
    return method(SERVICE, name, request, answer);
  }

  private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(String service, String name, Q request,
      A answer) {
    return MethodDescriptor.<Q, A>newBuilder().setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(ProtoUtils.marshaller(request)).setResponseMarshaller(ProtoUtils.marshaller(answer)).build();
  }

  private void encrypt(EncryptRequest asked, StreamObserver<EncryptResponse> answer) {
    var key = keys.get(asked.getName());
    var refusal = refusal(key);
    if (refusal.isPresent() || key == null) {
      answer.onError(refusal.orElse(Status.NOT_FOUND).asRuntimeException());
      return;
    }
    if (!fits(asked.getPlaintext(), asked.hasPlaintextCrc32C(), asked.getPlaintextCrc32C())
        || !fits(asked.getAdditionalAuthenticatedData(), asked.hasAdditionalAuthenticatedDataCrc32C(),
            asked.getAdditionalAuthenticatedDataCrc32C())) {
      answer.onError(Status.INVALID_ARGUMENT.withDescription("checksum missing or wrong").asRuntimeException());
      return;
    }
    var sealed = ByteString.copyFrom(
        key.encrypt(asked.getPlaintext().toByteArray(), asked.getAdditionalAuthenticatedData().toByteArray()));
    answer.onNext(EncryptResponse.newBuilder().setName(key.name() + "/cryptoKeyVersions/" + key.version()).setCiphertext(sealed)
        .setCiphertextCrc32C(checksum(sealed, key.lies())).setVerifiedPlaintextCrc32C(true)
        .setVerifiedAdditionalAuthenticatedDataCrc32C(true).build());
    answer.onCompleted();
  }

  private void decrypt(DecryptRequest asked, StreamObserver<DecryptResponse> answer) {
    var key = keys.get(asked.getName());
    var refusal = refusal(key);
    if (refusal.isPresent() || key == null) {
      answer.onError(refusal.orElse(Status.NOT_FOUND).asRuntimeException());
      return;
    }
    if (!fits(asked.getCiphertext(), asked.hasCiphertextCrc32C(), asked.getCiphertextCrc32C())
        || !fits(asked.getAdditionalAuthenticatedData(), asked.hasAdditionalAuthenticatedDataCrc32C(),
            asked.getAdditionalAuthenticatedDataCrc32C())) {
      answer.onError(Status.INVALID_ARGUMENT.withDescription("checksum missing or wrong").asRuntimeException());
      return;
    }
    var opened = key.decrypt(asked.getCiphertext().toByteArray(), asked.getAdditionalAuthenticatedData().toByteArray());
    if (opened.isEmpty()) {
      answer.onError(Status.INVALID_ARGUMENT
          .withDescription("Decryption failed: verify that 'name' refers to the correct CryptoKey.").asRuntimeException());
      return;
    }
    var plaintext = ByteString.copyFrom(opened.get());
    answer.onNext(DecryptResponse.newBuilder().setPlaintext(plaintext).setPlaintextCrc32C(checksum(plaintext, key.lies()))
        .setUsedPrimary(key.isNewest(asked.getCiphertext().toByteArray())).build());
    answer.onCompleted();
  }

  private Optional<Status> refusal(@Nullable KmsKey key) {
    if (unauthenticated) {
      return Optional.of(Status.UNAUTHENTICATED.withDescription("refused by the test"));
    }
    if (key == null) {
      return Optional.of(Status.NOT_FOUND.withDescription("refused by the test"));
    }
    return switch (key.take()) {
      case WORKS -> Optional.empty();
      case DENIED -> Optional.of(Status.PERMISSION_DENIED);
      case DISABLED -> Optional.of(Status.FAILED_PRECONDITION.withDescription(
          key.name() + "/cryptoKeyVersions/1 is not enabled, current state is: DISABLED."));
      case PENDING_DELETION -> Optional.of(Status.FAILED_PRECONDITION.withDescription(
          key.name() + "/cryptoKeyVersions/1 is not enabled, current state is: DESTROY_SCHEDULED."));
      case GONE -> Optional.of(Status.NOT_FOUND.withDescription("refused by the test"));
      case THROTTLED -> Optional.of(Status.RESOURCE_EXHAUSTED);
      case BROKEN -> Optional.of(Status.INTERNAL);
    };
  }

  private static boolean fits(ByteString bytes, boolean given, Int64Value checksum) {
    return given && checksum.getValue() == checksum(bytes, false).getValue();
  }

  private static Int64Value checksum(ByteString bytes, boolean lie) {
    var crc = new CRC32C();
    crc.update(bytes.asReadOnlyByteBuffer());
    return Int64Value.of(lie ? crc.getValue() ^ 1 : crc.getValue());
  }
}
