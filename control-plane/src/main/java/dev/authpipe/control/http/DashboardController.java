package dev.authpipe.control.http;

import java.util.Locale;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.swagger.v3.oas.annotations.Hidden;

/**
 * Serves the dashboard: a page that holds nothing by itself and calls the REST API as any other client does. Its addresses stand in the
 * fragment, which browsers send to no server, so that there is one page. Never allows a script, style or connection of another origin, or an
 * inline one (S65).
 */
@Hidden
@Controller
final class DashboardController {
  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
  private static final String FOREVER = "public, max-age=31536000, immutable";

  private final DashboardFiles files;

  DashboardController(DashboardFiles files) {
    this.files = files;
  }

  /** The page, fetched anew each time: it names the files of this version. */
  @Get(produces = MediaType.ALL)
  @Needs(Permission.PUBLIC)
  HttpResponse<byte[]> page(HttpRequest<?> request) {
    return answer(request, files.page()).header("Content-Security-Policy", POLICY);
  }

  /** A file whose name changes with its content. */
  @Get(value = "/assets/{asset}", produces = MediaType.ALL)
  @Needs(Permission.PUBLIC)
  HttpResponse<byte[]> asset(HttpRequest<?> request, @PathVariable String asset) {
    return answer(request, files.asset(asset).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND)))
        .header(HttpHeaders.CACHE_CONTROL, FOREVER);
  }

  private static MutableHttpResponse<byte[]> answer(HttpRequest<?> request, DashboardFiles.File file) {
    MutableHttpResponse<byte[]> response = HttpResponse.<byte[]>ok().header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    response.contentType(file.mediaType());
    return takesGzip(request)
        ? response.header(HttpHeaders.CONTENT_ENCODING, "gzip").body(file.gzipped())
        : response.body(file.plain());
  }

  /** Whether the request names gzip without refusing it (RFC 9110 section 12.5.3). */
  private static boolean takesGzip(HttpRequest<?> request) {
    for (String coding : String.join(",", request.getHeaders().getAll(HttpHeaders.ACCEPT_ENCODING)).split(",", -1)) {
      String written = coding.replace(" ", "").toLowerCase(Locale.ROOT);
      if (written.equals("gzip") || (written.startsWith("gzip;q=") && !written.matches("gzip;q=0(\\.0*)?"))) {
        return true;
      }
    }
    return false;
  }
}
