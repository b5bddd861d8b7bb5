package dev.authpipe.testkit.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/**
 * A person's browser as far as HTTP goes: cookies, redirects, forms, and the headers by which servers know a cross-site request.
 * It runs no script. One instance is one browser profile: two people need two.
 *
 * <p>At most 20 redirects are followed and each request may take 20 seconds.
 */
public final class BrowserLike implements AutoCloseable {

  private static final int MOST_REDIRECTS = 20;
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
  private final List<Hop> hops = new ArrayList<>();
  private final HttpClient http;

  private BrowserLike(Optional<SSLContext> tls, Optional<InetAddress> source) {
    var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).cookieHandler(cookies).connectTimeout(DEADLINE)
        .followRedirects(HttpClient.Redirect.NEVER);
    tls.ifPresent(builder::sslContext);
    source.ifPresent(builder::localAddress);
    this.http = builder.build();
  }

  public static BrowserLike fresh() {
    return new BrowserLike(Optional.empty(), Optional.empty());
  }

  /** A browser that trusts what this context trusts. */
  public static BrowserLike trusting(SSLContext tls) {
    return new BrowserLike(Optional.of(tls), Optional.empty());
  }

  /** The same on a machine with this address. */
  public static BrowserLike trusting(SSLContext tls, InetAddress source) {
    return new BrowserLike(Optional.of(tls), Optional.of(source));
  }

  /** A browser on a machine with this address. */
  public static BrowserLike from(InetAddress source) {
    return new BrowserLike(Optional.empty(), Optional.of(source));
  }

  /** Opens an address as if typed in, and follows every redirect. */
  public Page open(URI address) {
    return openUntil(address, BrowserLike::nowhere);
  }

  /** The same, but a redirect to an address of this kind is not followed: {@link Page#stoppedAt()} shows it. */
  public Page openUntil(URI address, Predicate<URI> stop) {
    return navigate(request(address).GET(), address, stop);
  }

  /** Submits a form, and follows every redirect. */
  public Page submit(Form form) {
    return submitUntil(form, BrowserLike::nowhere);
  }

  public Page submitUntil(Form form, Predicate<URI> stop) {
    var encoded = form.fields().entrySet().stream()
        .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
            + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
    if (form.method().equals("GET")) {
      return openUntil(URI.create(form.action() + "?" + encoded), stop);
    }
    return navigate(
        request(form.action()).header("Content-Type", "application/x-www-form-urlencoded").header("Origin", origin(form.action()))
            .header("Sec-Fetch-Site", "same-origin").header("Sec-Fetch-Mode", "navigate").POST(BodyPublishers.ofString(encoded)),
        form.action(), stop);
  }

  /**
   * A JSON request as the script of a page makes it. Redirects are not followed.
   *
   * @param fromPage the page whose script it is; its origin becomes the {@code Origin} header
   */
  public Page fetchJson(String method, URI address, String json, URI fromPage, Map<String, String> headers) {
    var sameOrigin = origin(fromPage).equals(origin(address));
    var request = request(address).header("Content-Type", "application/json").header("Origin", origin(fromPage))
        .header("Sec-Fetch-Site", sameOrigin ? "same-origin" : "cross-site").header("Sec-Fetch-Mode", "cors")
        .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    headers.forEach(request::setHeader);
    return send(request.build());
  }

  /** Every request so far, redirects one by one. */
  public List<Hop> hops() {
    return List.copyOf(hops);
  }

  public List<HttpCookie> cookies() {
    return List.copyOf(cookies.getCookieStore().getCookies());
  }

  /** Puts a cookie into the browser, as an attacker with a subdomain could. */
  public void plantCookie(URI site, String name, String value) {
    var cookie = new HttpCookie(name, value);
    cookie.setPath("/");
    cookie.setVersion(0);
    cookies.getCookieStore().add(site, cookie);
  }

  public void forgetCookies() {
    cookies.getCookieStore().removeAll();
  }

  @Override
  public void close() {
    http.close();
  }

  private Page navigate(HttpRequest.Builder first, URI address, Predicate<URI> stop) {
    var request = first.build();
    for (var followed = 0; followed <= MOST_REDIRECTS; followed++) {
      var page = send(request);
      var location = page.header("Location").filter(_ -> page.status() / 100 == 3);
      if (location.isEmpty()) {
        return page;
      }
      var next = page.uri().resolve(location.get());
      if (stop.test(next)) {
        return new Page(hops.getLast(), page.body(), Optional.of(next));
      }
      request = redirected(request, page.status(), next);
    }
    throw new IllegalStateException("more than " + MOST_REDIRECTS + " redirects from " + address.getRawPath());
  }

  /** 307 and 308 keep method and body, everything else becomes GET (as browsers do, RFC 9110, section 15.4). */
  private static HttpRequest redirected(HttpRequest request, int status, URI next) {
    if ((status == 307 || status == 308) && request.bodyPublisher().isPresent()) {
      return request(next).header("Content-Type", request.headers().firstValue("Content-Type").orElse(""))
          .header("Origin", "null")
          .method(request.method(), request.bodyPublisher().get()).build();
    }
    return request(next).GET().build();
  }

  private Page send(HttpRequest request) {
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      var hop = new Hop(request.method(), request.uri(), answer.statusCode(), answer.headers().map());
      hops.add(hop);
      return new Page(hop, answer.body(), Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while browsing", e);
    }
  }

  /** A request without the fragment, which never leaves a browser. */
  private static HttpRequest.Builder request(URI address) {
    var text = address.toString();
    var fragment = text.indexOf('#');
    return HttpRequest.newBuilder(URI.create(fragment < 0 ? text : text.substring(0, fragment))).timeout(DEADLINE)
        .header("Accept", "text/html,*/*");
  }

  private static boolean nowhere(URI address) {
    return false;
  }

  private static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }
}
