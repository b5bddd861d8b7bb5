package dev.authpipe.proxy.ops;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code authpipe proxy}: runs the proxy until it is told to stop. */
@Command(name = "proxy", description = "Run the proxy until it is stopped.")
final class ProxyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  ProxyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    ProxyServer server = ProxyServer.start(common.file(), ProxyOptions.NONE);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    console.result(common.json,
        Map.of("api", server.api().toString(), "connect", server.connect().toString(), "management",
            server.management().toString()),
        List.of("api         " + server.api(), "connect     " + server.connect(), "management  " + server.management()));
    server.awaitStop();
    return 0;
  }
}
