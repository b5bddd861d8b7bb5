package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Ticker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;

/** {@code authpipe kek rotate}: has every keyset under a KEK wrapped by the newest version of its key. Shows no key and changes no record. */
@Command(name = "rotate", description = {
    "Wrap everything that is under a KEK anew, online, after its KMS has given the key a new version.",
    "Then nothing needs an earlier version, which can be disabled once every replica has followed, within 45 seconds.",
    "Cut off at any point, the same command goes on. A key of kind pkcs11 or local has no versions: make another, and kek change."})
final class KekRotateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Option(names = "--kek", paramLabel = "KEK", description = "This one; may be repeated. Without it every one whose key has versions.")
  List<String> wanted = new ArrayList<>();

  KekRotateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (OperatorSession session = OperatorSession.open(common.file(), "kek.rotate")) {
      Map<String, KekDefinition> keks = session.get(SettingValues.class).get(Settings.KEKS);
      List<String> names = wanted.isEmpty()
          ? keks.keySet().stream().filter(name -> definition(keks, name).hasVersions()).sorted().toList()
          : wanted;
      names.forEach(name -> require(keks, name));
      if (names.isEmpty()) {
        throw new StartupException("no KEK has a key with versions: make another key, define it, and kek change to it");
      }
      Map<String, Object> result = new LinkedHashMap<>();
      List<String> lines = new ArrayList<>();
      for (String name : names) {
        rotate(session, name, result, lines);
      }
      lines.add("Running replicas follow within 45 seconds; leave earlier versions alone until then.");
      console.result(common.json, Map.of("keks", result), lines);
      return 0;
    }
  }

  private static KekDefinition definition(Map<String, KekDefinition> keks, String name) {
    KekDefinition kek = keks.get(name);
    if (kek == null) {
      throw new StartupException("no KEK is named " + name + "; there are: " + keks.keySet().stream().sorted().toList());
    }
    return kek;
  }

  private static void require(Map<String, KekDefinition> keks, String name) {
    KekDefinition kek = definition(keks, name);
    if (!kek.hasVersions()) {
      throw new StartupException("the KEK " + name + " is of kind " + kek.kind()
          + ", whose keys have no versions: make another key, define it, and kek change to it");
    }
  }

  private void rotate(OperatorSession session, String name, Map<String, Object> result, List<String> lines) {
    KekRotation rotation = session.get(KekRotation.class);
    int all = rotation.count(name);
    AtomicInteger done = new AtomicInteger();
    KekRotation.Under under;
    try (ProgressBar bar = new ProgressBar(console, session.get(Ticker.class), "wrapped anew by " + name)) {
      int renewed = rotation.rotate(name, more -> bar.show(done.addAndGet(more), all == 0 ? 1 : (double) done.get() / all));
      under = rotation.look(name);
      result.put(name, object(under, renewed));
      lines.add("%s: %,d keysets, %,d of them wrapped anew now; %s".formatted(name, under.keysets(), renewed, earlier(under)));
    } catch (KekRefusedException refused) {
      throw new StartupException("the KEK " + name + " refuses: " + Deployment.reason(refused.reason()) + cutOff(done, all),
          refused);
    } catch (KekOutageException | IntegrityException failure) {
      throw new StartupException("the KEK " + name + " fails: " + failure.getMessage() + cutOff(done, all), failure);
    }
  }

  private static String cutOff(AtomicInteger done, int all) {
    return "; %,d of %,d keysets were wrapped anew, and the same command goes on".formatted(done.get(), all);
  }

  private static Map<String, Object> object(KekRotation.Under under, int renewed) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("keysets", under.keysets());
    object.put("keysets_rewrapped", renewed);
    under.earlier().ifPresent(earlier -> object.put("under_earlier_versions", earlier));
    return object;
  }

  /** What its KMS says of versions. */
  static String earlier(KekRotation.Under under) {
    return under.earlier().map(earlier -> earlier == 0
        ? "none is under an earlier version of the key"
        : "%,d are under an earlier version of the key".formatted(earlier))
        .orElse("its KMS does not say which version wraps what");
  }
}
