package dev.authpipe.proxy.config;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.ClientSecretFile;
import dev.authpipe.proxy.catalog.ConfigurationCandidate;
import dev.authpipe.proxy.catalog.ConfigurationParticipant;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.SealOutcome;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Seals the client secrets that a configuration refers to by file into their own store, before it comes into force. Never keeps one; an
 * unchanged file changes nothing.
 */
@Singleton
final class ClientSecretSealer implements ConfigurationParticipant {
  private static final Logger LOG = LoggerFactory.getLogger(ClientSecretSealer.class);
  private static final AuditActor ACTOR = AuditActor.system("config");

  private final ClientSecretSetting setting;

  ClientSecretSealer(ClientSecretSetting setting) {
    this.setting = setting;
  }

  @Override
  public void prepare(ConfigurationCandidate candidate) {
    for (Integration integration : candidate.integrations()) {
      ClientSecretFile file = candidate.clientSecrets().get(integration.id());
      if (file != null) {
        try (SecretText secret = file.file().read(candidate.development())) {
          if (setting.sealIfChanged(place(integration), secret, file.keepOld(), ACTOR) == SealOutcome.ORIGIN_CHANGED) {
            LOG.warn("the token endpoint of integration {} moved: set its client secret again to send it to the new one",
                integration.id());
          }
        }
      }
    }
  }

  static ClientSecretSetting.Place place(Integration integration) {
    return new ClientSecretSetting.Place(integration.workspace(), integration.id(), integration.clientSecretOrigin(),
        integration.provider().secretPrefixes());
  }
}
