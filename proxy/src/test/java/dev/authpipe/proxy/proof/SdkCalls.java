package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import org.yaml.snakeyaml.Yaml;

import dev.authpipe.sdk.transport.JdkTransport;
import dev.authpipe.sdk.transport.Transport;
import dev.authpipe.sdk.transport.TransportRequest;
import dev.authpipe.sdk.transport.TransportResponse;

/** The usual transport of the client, with a list of what went through and came back with success. */
final class SdkCalls implements Transport {
  private static final Set<String> METHODS = Set.of("get", "head", "options", "delete", "post", "put", "patch");

  private final Transport wire = JdkTransport.create(Duration.ofSeconds(5));
  private final List<String> made = new CopyOnWriteArrayList<>();
  private volatile URI last = URI.create("/");

  @Override
  public TransportResponse send(TransportRequest request) throws IOException, InterruptedException {
    TransportResponse response = wire.send(request);
    last = request.uri();
    if (response.status() / 100 == 2) {
      made.add(request.method() + " " + request.uri().getRawPath());
    }
    return response;
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return wire.exchange(request, handler);
  }

  /** How many calls of this method and with such a path there were. */
  long count(String method, String pathEnd) {
    return made.stream().filter(one -> one.startsWith(method + " ") && one.endsWith(pathEnd)).count();
  }

  /** The operations of docs/api/proxy.yaml, by method and path, that no call was of. */
  List<String> operationsNotMade(Predicate<String> ofPath) {
    return operations().stream()
        .filter(one -> ofPath.test(one.path()) && made.stream().noneMatch(call -> call.matches(one.form())))
        .map(one -> one.method() + " " + one.path()).toList();
  }

  /**
   * One operation.
   *
   * @param form what its calls look like, a regular expression
   */
  private record Operation(String method, String path, String form) {}

  private static List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<?, ?> path : ((Map<?, ?>) Objects.requireNonNull(document().get("paths"))).entrySet()) {
      String form = path.getKey().toString().replace("{path}", ".+").replaceAll("\\{\\w+}", "[^/]+");
      for (Object key : ((Map<?, ?>) path.getValue()).keySet()) {
        if (METHODS.contains(key.toString())) {
          String method = key.toString().toUpperCase(Locale.ROOT);
          operations.add(new Operation(method, path.getKey().toString(), method + " " + form));
        }
      }
    }
    return operations;
  }

  private static Map<?, ?> document() {
    try {
      return new Yaml().<Map<?, ?>>load(Files.readString(Path.of("../docs/api/proxy.yaml")));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Whether the last answer came from this proxy. */
  boolean wentTo(URI proxy) {
    return Objects.equals(proxy.getRawAuthority(), last.getRawAuthority());
  }
}
