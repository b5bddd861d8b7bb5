package dev.authpipe.testkit.oidc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/**
 * The npm package {@code oidc-provider}, a certified authorization server, in a Node process on a random loopback port: proof that
 * not only our own server is spoken to. It ends with {@link #close()}, and by itself when this process ends.
 *
 * <p>Node is the program named in {@code AUTHPIPE_NODE}, else the one on the path. The package is installed by the testkit's build.
 */
public final class OidcProviderProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DIRECTORY = "testkit/oidc-provider";

  private final Process process;
  private final String issuer;
  private final String clientId;
  private final ConcealedText clientSecret;

  private OidcProviderProcess(Process process, String issuer, String clientId, ConcealedText clientSecret) {
    this.process = process;
    this.issuer = issuer;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
  }

  /** Starts the server with one client ({@code client_secret_basic}) and rotating refresh tokens. */
  public static OidcProviderProcess start(String... redirectUris) {
    return start(Duration.ofMinutes(10), true, List.of("issues:read", "issues:write"), redirectUris);
  }

  /**
   * Starts the server.
   *
   * @param rotate whether each refresh gives a new refresh token; the reuse of an old one then revokes the grant
   * @param scopes what may be asked for besides {@code openid} and {@code offline_access}
   */
  public static OidcProviderProcess start(Duration accessTokenLifetime, boolean rotate, List<String> scopes,
      String... redirectUris) {
    return start(accessTokenLifetime, rotate, scopes, List.of(), redirectUris);
  }

  /**
   * Starts the server with clients beside the usual one.
   *
   * @param clients their metadata (RFC 7591 section 2)
   */
  public static OidcProviderProcess start(Duration accessTokenLifetime, boolean rotate, List<String> scopes,
      List<Map<String, Object>> clients, String... redirectUris) {
    var clientId = "authpipe-test";
    var clientSecret = ConcealedText.of(random());
    var settings = JSON.createObjectNode().put("client_id", clientId).put("client_secret", clientSecret.reveal())
        .put("cookie_key", random())
        .put("rotate", rotate).put("access_token_seconds", accessTokenLifetime.toSeconds());
    settings.set("redirect_uris", JSON.valueToTree(redirectUris));
    settings.set("scopes", JSON.valueToTree(scopes));
    settings.set("more_clients", JSON.valueToTree(clients));
    try {
      var process = new ProcessBuilder(node(), "server.mjs").directory(directory().toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().write((settings + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return new OidcProviderProcess(process, issuer(process), clientId, clientSecret);
    } catch (IOException e) {
      throw new UncheckedIOException("Node.js 20 or later is missing: install it, or name its program in AUTHPIPE_NODE", e);
    }
  }

  /** The issuer, on loopback and without a slash at its end. */
  public String issuer() {
    return issuer;
  }

  public URI authorizationEndpoint() {
    return URI.create(issuer + "/auth");
  }

  public URI parEndpoint() {
    return URI.create(issuer + "/request");
  }

  public URI tokenEndpoint() {
    return URI.create(issuer + "/token");
  }

  public URI revocationEndpoint() {
    return URI.create(issuer + "/token/revocation");
  }

  public URI introspectionEndpoint() {
    return URI.create(issuer + "/token/introspection");
  }

  /** Accepts access tokens that were granted {@code openid}. */
  public URI userinfoEndpoint() {
    return URI.create(issuer + "/me");
  }

  public String clientId() {
    return clientId;
  }

  public ConcealedText clientSecret() {
    return clientSecret;
  }

  /**
   * Plays the person: opens the authorization address, signs in under any name and consents.
   *
   * @return the page at which the server sends the browser back; its {@link Page#stoppedAt()} is the callback, not yet opened
   */
  public Page signInAndConsent(BrowserLike browser, URI authorization, String login) {
    var page = browser.openUntil(authorization, this::leavesTheServer);
    for (var step = 0; step < 4 && page.stoppedAt().isEmpty() && page.status() == 200; step++) {
      var form = page.form();
      page = browser.submitUntil(form.fields().containsKey("login") ? form.with("login", login).with("password", "any") : form,
          this::leavesTheServer);
    }
    return page;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private boolean leavesTheServer(URI address) {
    return !address.toString().startsWith(issuer + "/");
  }

  private static String issuer(Process process) {
    var firstLine = CompletableFuture.supplyAsync(() -> {
      try {
        var line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return JSON.readTree(line == null ? "{}" : line).path("issuer").asText();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    try {
      var issuer = firstLine.get(START.toSeconds(), TimeUnit.SECONDS);
      if (!issuer.isEmpty()) {
        return issuer;
      }
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException("oidc-provider did not start", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new IllegalStateException("oidc-provider did not start: is testkit/oidc-provider installed (npm ci)?");
  }

  private static String node() {
    var named = System.getenv("AUTHPIPE_NODE");
    return named == null || named.isBlank() ? "node" : named;
  }

  /** The installed package, looked for from the working directory upwards, so that every module's tests find it. */
  private static Path directory() {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(DIRECTORY).resolve("server.mjs"))) {
        return at.resolve(DIRECTORY);
      }
    }
    throw new IllegalStateException(DIRECTORY + " is not above the working directory");
  }

  private static String random() {
    var bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
