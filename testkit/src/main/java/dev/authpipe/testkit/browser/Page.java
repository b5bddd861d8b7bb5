package dev.authpipe.testkit.browser;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** Where a navigation ended: the last answer, or the redirect at which the browser was told to stop. */
public final class Page {

  private final Hop last;
  private final String body;
  private final Optional<URI> stoppedAt;

  Page(Hop last, String body, Optional<URI> stoppedAt) {
    this.last = last;
    this.body = body;
    this.stoppedAt = stoppedAt;
  }

  public URI uri() {
    return last.uri();
  }

  public int status() {
    return last.status();
  }

  public Optional<String> header(String name) {
    return last.header(name);
  }

  public String body() {
    return body;
  }

  /** The address that the browser was redirected to and did not open. */
  public Optional<URI> stoppedAt() {
    return stoppedAt;
  }

  /** What a person reads. */
  public String text() {
    return document().text();
  }

  public List<Form> forms() {
    return document().forms().stream().map(form -> {
      var fields = new LinkedHashMap<String, String>();
      form.formData().forEach(field -> fields.put(field.key(), field.value()));
      var action = form.hasAttr("action") ? URI.create(form.absUrl("action")) : uri();
      return new Form(form.attr("method").isEmpty() ? "GET" : form.attr("method").toUpperCase(Locale.ROOT), action, fields);
    }).toList();
  }

  /** The page's only form. */
  public Form form() {
    var forms = forms();
    if (forms.size() != 1) {
      throw new IllegalStateException(forms.size() + " forms on " + this);
    }
    return forms.getFirst();
  }

  /** The parsed document, for what the methods above do not show. */
  public Document document() {
    return Jsoup.parse(body, uri().toString());
  }

  @Override
  public String toString() {
    return last.toString();
  }
}
