package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Provider;
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.envelope.KekUse;
import dev.authpipe.proxy.link.Commands;
import dev.authpipe.proxy.notify.Endpoints;
import dev.authpipe.proxy.remind.RotationBacklog;
import dev.authpipe.proxy.report.Outbox;
import dev.authpipe.proxy.rotate.KeysetBacklog;

/** What is seen from inside a proxy that does not listen: approvals, secrets and webhooks of its workspaces. Opens no secret. */
final class InsideExamination {
  private static final Duration LONGEST_ROTATION = Duration.ofDays(2);

  private final Deployment deployment;
  private final OperatorSession session;
  private final Instant now;
  private final List<Finding> findings = new ArrayList<>();

  private InsideExamination(Deployment deployment, OperatorSession session) {
    this.deployment = deployment;
    this.session = session;
    this.now = session.get(Clock.class).instant();
  }

  static List<Finding> of(Deployment deployment) {
    try {
      // Opening one makes keys where nobody has served yet, and nothing is to be seen there.
      if (!deployment.isLinked() && !Stores.hasWorkspaces(deployment.values())) {
        return List.of();
      }
      Path file = deployment.file();
      try (OperatorSession session = OperatorSession.open(file, null)) {
        InsideExamination examination = new InsideExamination(deployment, session);
        examination.examine();
        return examination.findings;
      }
    } catch (RuntimeException wrong) {
      return List.of(Finding.failed(Check.WORKSPACES, wrong));
    }
  }

  private void examine() {
    if (deployment.isLinked()) {
      link();
    }
    chosenKeks();
    keysets();
    rotations();
    for (Workspace workspace : session.get(Configuration.class).workspaces()) {
      for (Integration integration : session.get(Configuration.class).integrations(workspace.id())) {
        client(workspace, integration);
      }
      webhooks(workspace);
    }
    keysOfConnections();
    providers(session.get(Catalog.class));
  }

  private void link() {
    Approvals approvals = session.get(Approvals.class);
    Outbox outbox = session.get(Outbox.class);
    long waiting = approvals.count() + session.get(Commands.class).waiting().size();
    String sentence = waiting + " changes and commands wait for authpipe approve, " + approvals.beyond()
        + " more were not kept; feed version " + approvals.feedVersion();
    findings.add(waiting == 0 ? Finding.ok(Check.APPROVALS, sentence) : Finding.weak(Check.APPROVALS, sentence));
    String owed = outbox.size() + " reports are owed to the control plane, " + outbox.lost() + " were lost";
    findings.add(outbox.lost() == 0 ? Finding.ok(Check.REPORTS, owed) : Finding.weak(Check.REPORTS, owed));
  }

  /** A setting does not move a workspace: what it says and what is there may differ. */
  private void chosenKeks() {
    Map<String, String> said = new HashMap<>();
    if (!deployment.isLinked()) {
      deployment.root().sections("workspaces").stream().filter(one -> one.has("kek"))
          .forEach(one -> said.put(one.required("name", ValueType.SLUG), one.required("kek", ValueType.TEXT_LINE)));
    }
    session.get(Configuration.class).workspaces().stream()
        .filter(one -> said.containsKey(one.name()) && !one.kekName().equals(said.get(one.name())))
        .forEach(one -> findings.add(Finding.weak(Check.KEK_CHOICE,
            "the workspace %s is under the KEK %s, and the settings say %s: authpipe kek change moves it"
                .formatted(one.name(), one.kekName(), said.get(one.name())))));
  }

  /** What earlier versions made and could bind is bound by now. */
  private void keysets() {
    List<Workspace> workspaces = session.get(Configuration.class).workspaces();
    KekUse use = session.get(KekUse.class);
    List<Workspace> unbound = workspaces.stream().filter(one -> use.hasUnbound(one.id())).toList();
    unbound.forEach(one -> findings.add(Finding.failed(Check.KEYSETS,
        "keysets of the workspace " + one.name() + " are bound to no KEK, and are not used")));
    for (Workspace one : workspaces) {
      Set<String> keks = new TreeSet<>(use.vault(one.id()).values());
      if (!keks.equals(Set.of(one.kekName()))) {
        findings.add(Finding.weak(Check.KEYSETS,
            "keysets of the workspace %s are under %s, and it is under %s".formatted(one.name(),
                keks, one.kekName()),
            "a change was cut off, or an old row was put back; for the latter run: authpipe kek change --to "
                + one.kekName()));
      }
    }
    if (unbound.isEmpty() && deployment.values().get(Settings.BIND_OLDER)) {
      findings.add(Finding.ok(Check.KEYSETS, "each is bound to its KEK: " + Settings.BIND_OLDER.key() + " can be false"));
    }
  }

  /** A day is usual: remembered answers name the keyset of before that long. */
  private void rotations() {
    KeysetBacklog.Totals totals = session.get(KeysetBacklog.class).look();
    totals.byStore().keySet().stream().sorted().forEach(store -> {
      Duration begun = totals.oldest(store, "opens_only");
      Duration replaced = totals.oldest(store, "decrypt_only");
      Duration longest = begun.compareTo(replaced) > 0 ? begun : replaced;
      if (longest.compareTo(LONGEST_ROTATION) > 0) {
        findings.add(Finding.weak(Check.KEYSET_ROTATION,
            store + ": a rotation of keysets has not ended for " + longest.toHours() + " hours"));
      }
    });
  }

  private void client(Workspace workspace, Integration integration) {
    String name = workspace.name() + "/" + integration.slug();
    Provider provider = integration.provider();
    ClientSecretView secret = session.get(ClientSecrets.class).view(workspace.id(), integration.id()).orElse(null);
    if (secret == null && provider.needsClientSecret()) {
      findings.add(Finding.weak(Check.CLIENT_SECRET, name + " has none: nobody can connect through it",
          "run: authpipe secret set " + integration.slug()));
    }
    if (provider.takesClientKey() && session.get(ClientKeys.class).published(workspace.id(), integration.id()).isEmpty()) {
      findings.add(Finding.weak(Check.CLIENT_KEY, name + " has none: it cannot prove itself to " + provider.displayName(),
          "run: authpipe secret key make " + integration.slug()));
    }
    if (secret != null) {
      SecretCommand.warning(integration, secret)
          .ifPresent(sentence -> findings.add(Finding.weak(Check.ROTATION, workspace.name() + "/" + sentence)));
    }
    Rotation rotation = secret == null ? null : integration.clientSecretRotation(secret.since(), secret.expiresAt(), now);
    if (secret != null && rotation != null && rotation.isSoon(now)) {
      findings.add(Finding.weak(Check.ROTATION,
          "client secret of " + workspace.name() + "/" + SecretCommand.sentence(integration, secret, now)));
    }
  }

  private void keysOfConnections() {
    RotationBacklog.Due keys = session.get(RotationBacklog.class).look().connections();
    if (keys.due() > 0) {
      findings.add(Finding.weak(Check.ROTATION, keys.due() + " keys of connections are to be replaced within "
          + Rotation.SOON.toDays() + " days, " + keys.overdue() + " of them are overdue"));
    }
  }

  private void webhooks(Workspace workspace) {
    session.get(Endpoints.class).standing(workspace).forEach(one -> {
      String sentence = workspace.name() + ": " + WebhookCommand.sentence(one);
      findings.add(one.disabled() || one.secrets() == 0 || one.dead() > 0
          ? Finding.weak(Check.WEBHOOKS, sentence)
          : Finding.ok(Check.WEBHOOKS, sentence));
    });
  }

  /** Those that are in use. */
  private void providers(Catalog catalog) {
    session.get(Configuration.class).workspaces().stream()
        .flatMap(one -> session.get(Configuration.class).integrations(one.id()).stream()).map(one -> one.provider().slug())
        .distinct()
        .sorted().flatMap(slug -> catalog.provider(slug).stream()).filter(one -> one.tls().isException())
        .forEach(one -> findings.add(Finding.weak(Check.PROVIDER_TLS, one.slug() + " may be spoken to with TLS "
            + one.tls().least().number() + ": " + one.tls().reason())));
  }
}
