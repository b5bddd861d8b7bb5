package dev.authpipe.proxy.link;

import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.audit.SignedLogs;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.Feeds;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.link.LinkException.Trouble;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Enrolment;
import dev.authpipe.wire.EnrolmentAnswer;
import dev.authpipe.wire.NextIdentity;

/**
 * Makes this proxy known to a control plane by a code, and gives it a new key later. Sends nothing to a server that does not prove the identity
 * in the code, and never the code.
 */
@Singleton
public final class Enrolling {
  private static final Duration DEADLINE = Duration.ofSeconds(35);

  private final LinkSettings settings;
  private final IdentityFiles files;
  private final Feeds feeds;
  private final Randomness randomness;
  private final VaultDatabase vault;
  private final AuditLog audit;
  private final SignedLogs logs;

  Enrolling(LinkSettings settings, Feeds feeds, Randomness randomness, VaultDatabase vault, AuditLog audit,
      SignedLogs logs) {
    this.feeds = feeds;
    this.settings = settings;
    this.files = new IdentityFiles(settings.directory());
    this.randomness = randomness;
    this.vault = vault;
    this.audit = audit;
    this.logs = logs;
  }

  /**
   * Enrols. What was there before is replaced only when the control plane has accepted.
   *
   * @throws ConfigurationException with one sentence
   */
  public DataPlaneId enrol(SecretText codeText) {
    Identity identity = Identity.create(randomness);
    try (EnrolmentCode code = EnrolmentCode.parse(codeText);
        LinkClient client = new LinkClient(url(), identity, code.controlPlane(), DEADLINE)) {
      Enrolment wanted = new Enrolment(1, code.proof(identity.hash()), software(), logs.key());
      byte[] body = client.post("/link/v1/enrol", wanted).body()
          .orElseThrow(() -> new LinkException(Trouble.MALFORMED, "the control plane answered without saying who this proxy is"));
      EnrolmentAnswer answer = LinkJson.read(EnrolmentAnswer.class, body);
      if (!code.isCommandKey(HexFormat.of().parseHex(answer.commandKey()))) {
        throw new LinkException(Trouble.MALFORMED, "the control plane's command key is not the one that the code names");
      }
      Pins before = files.present() ? files.pins().orElse(null) : null;
      files.write(identity, new Pins(answer.dataPlane(), code.controlPlane(), answer.commandKey()));
      vault.run(Database.STORE, tx -> {
        if (before == null || !before.dataPlane().equals(answer.dataPlane())) {
          feeds.begin(tx); // its numbers are not those of the one before
          CommandStore.begin(tx);
        }
        audit.append(tx,
            AuditEntry.of(AuditType.LINK_ENROLLED, AuditActor.operator(), AuditObject.dataPlane(answer.dataPlane())).build());
      });
      return answer.dataPlane();
    } catch (LinkException | IllegalArgumentException refused) {
      throw new ConfigurationException("this proxy could not be enrolled: " + refused.getMessage(), refused);
    }
  }

  /** Announces a new key over the present one and uses it from then on; the first connection with it retires the old. */
  public String renew() {
    Identity present = files.identity().orElseThrow(() -> new ConfigurationException("this proxy is not enrolled"));
    Pins pins = files.pins().orElseThrow(() -> new ConfigurationException("this proxy is not enrolled"));
    Identity next = Identity.create(randomness);
    try (LinkClient client = new LinkClient(url(), present, pins.controlPlane(), DEADLINE)) {
      LinkClient.Answer done = client.post("/link/v1/identity", new NextIdentity(1, next.hex()));
      if (done.body().isPresent()) {
        throw new LinkException(Trouble.MALFORMED, "the control plane answered something else");
      }
      files.write(next);
      return next.hex();
    } catch (LinkException refused) {
      throw new ConfigurationException("the key was not renewed: " + refused.getMessage(), refused);
    }
  }

  private URI url() {
    URI url = settings.url();
    if (url == null) {
      throw new ConfigurationException("control_plane.url is needed: the address of the control plane's link listener");
    }
    return url;
  }

  static String software() {
    String version = Enrolling.class.getPackage().getImplementationVersion();
    return "authpipe " + (version == null ? "development" : version);
  }
}
