package dev.authpipe.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The ground of one proxy in this process, for the micro-benchmarks. */
public final class Prepared implements AutoCloseable {
  private static final int TOKEN_BYTES = 2048;

  private final Deployment deployment;
  private final Path settings;

  private Prepared(Deployment deployment) {
    this.deployment = deployment;
    this.settings = deployment.settings("");
  }

  /** Lays it out in an empty directory; nobody is at the provider's API. */
  public static Prepared in(Path directory) throws IOException {
    return new Prepared(new Deployment(directory, URI.create("https://localhost:1"), false));
  }

  /** The settings file of the proxy. */
  public Path settings() {
    return settings;
  }

  /** Provider origins and where they really are, one after the other. */
  public List<String> standIns() {
    return deployment.standIns();
  }

  /** Makes an API key, once a proxy has made the workspace. */
  public String apiKey() {
    return deployment.command(settings, List.of("api-key", "create", "--workspace", "bench", "--name", "micro", "--scope",
        "connections:write,tokens:read,proxy"), "");
  }

  /** Imports a connection; its id. */
  public String imported(URI api, String apiKey) {
    try (Api caller = new Api(api, apiKey)) {
      return new Imports(deployment, caller).make(1, false, 0, TOKEN_BYTES).getFirst();
    }
  }

  @Override
  public void close() {
    deployment.close();
  }
}
