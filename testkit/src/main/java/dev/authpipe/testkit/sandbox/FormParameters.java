package dev.authpipe.testkit.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decoded {@code application/x-www-form-urlencoded} parameters in their order. Never prints their values. */
final class FormParameters {

  private record Parameter(String name, String value) {

    @Override
    public String toString() {
      return name;
    }
  }

  private final List<Parameter> parameters;

  private FormParameters(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  static FormParameters parse(String encoded) {
    var parameters = new ArrayList<Parameter>();
    for (var pair : encoded.split("&", -1)) {
      if (!pair.isEmpty()) {
        var equals = pair.indexOf('=');
        var name = equals < 0 ? pair : pair.substring(0, equals);
        var value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.add(new Parameter(decode(name), decode(value)));
      }
    }
    return new FormParameters(parameters);
  }

  private static String decode(String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OAuthRefusal.of("invalid_request", "badly encoded parameter");
    }
  }

  /** The parameter's only value; one that is repeated is refused (RFC 6749, section 3.1). */
  Optional<String> single(String name) {
    var values = all(name);
    if (values.size() > 1) {
      throw OAuthRefusal.of("invalid_request", "repeated parameter " + name);
    }
    return values.stream().findFirst();
  }

  String required(String name) {
    return single(name).filter(value -> !value.isEmpty())
        .orElseThrow(() -> OAuthRefusal.of("invalid_request", "missing " + name));
  }

  List<String> all(String name) {
    return parameters.stream().filter(parameter -> parameter.name().equals(name)).map(Parameter::value).toList();
  }

  @Override
  public String toString() {
    return "parameters " + parameters;
  }
}
