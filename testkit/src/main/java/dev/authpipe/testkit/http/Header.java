package dev.authpipe.testkit.http;

/** One header field as it stood on the wire. {@link #toString()} never shows the value, which may be a credential. */
public record Header(String name, String value) {

  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  @Override
  public String toString() {
    return name + ": ***";
  }
}
