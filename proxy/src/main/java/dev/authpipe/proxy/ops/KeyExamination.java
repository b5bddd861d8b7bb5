package dev.authpipe.proxy.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.KekRights;

/** Looks at every KEK: whether it works, and whether the proxy may do more with it than it needs. Destroys and changes nothing. */
final class KeyExamination {
  private KeyExamination() {}

  static List<Finding> of(SettingValues values) {
    Map<String, KekDefinition> keks = new TreeMap<>(values.find(Settings.KEKS).orElse(Map.of()));
    List<Finding> findings = new ArrayList<>();
    if (keks.isEmpty()) {
      findings.add(Finding.failed(Check.KEK, "none is defined", "add keys.keks, each name with its kind (docs/keks.md)"));
      return findings;
    }
    Set<String> needed = Set.of(values.get(Settings.VAULT_KEK), values.get(Settings.CLIENT_SECRETS_KEK));
    try (KekRegistry registry = ProxyBeans.keks(values, ProxyBeans.envelope(values))) {
      keks.forEach((name, kek) -> one(findings, values, registry, name, needed.contains(name)));
    } catch (RuntimeException wrong) {
      findings.add(Finding.failed(Check.KEK, wrong));
    }
    List<String> files = keks.entrySet().stream().filter(one -> one.getValue() instanceof KekDefinition.Local)
        .map(Map.Entry::getKey).toList();
    findings.add(files.isEmpty()
        ? Finding.ok(Check.KEK_FILE, "each is in a KMS or an HSM")
        : Finding.weak(Check.KEK_FILE, "these KEKs are files: " + String.join(", ", files)
            + "; whoever copies them and the databases has everything"));
    return findings;
  }

  /** @param needed whether nothing starts without it; another one that does not answer is its workspace's to mend */
  private static void one(List<Finding> findings, SettingValues values, KekRegistry registry, String name, boolean needed) {
    Deployment.checkKek(values, registry, name).ifPresentOrElse(
        sentence -> findings.add(needed ? Finding.failed(Check.KEK, sentence) : Finding.weak(Check.KEK, sentence)), () -> {
          findings.add(Finding.ok(Check.KEK, "the KEK " + name + " wraps and unwraps"));
          findings.add(rights(registry, name));
        });
  }

  private static Finding rights(KekRegistry registry, String name) {
    try {
      KekRights rights = registry.rights(name);
      String untold = rights.untold().isEmpty() ? "" : "; " + rights.untold();
      return rights.beyond().isEmpty()
          ? Finding.ok(Check.KEK_RIGHTS, "the KEK " + name + ": nothing beyond need was found" + untold)
          : Finding.weak(Check.KEK_RIGHTS,
              "the KEK " + name + ": the proxy may also " + String.join(", ", rights.beyond()) + untold);
    } catch (KekRefusedException | KekOutageException | IntegrityException unanswered) {
      return Finding.weak(Check.KEK_RIGHTS, "the KEK " + name + ": its KMS does not say what the proxy may do",
          "look at the policy (docs/keks.md)");
    }
  }
}
