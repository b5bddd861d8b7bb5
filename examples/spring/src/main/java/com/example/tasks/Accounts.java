package com.example.tasks;

import java.util.Optional;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IntegrationName;

/** Which account somebody has connected. Asks the proxy each time; a larger application keeps the id that finishing gave it. */
@Component
class Accounts {
  private final Authpipe authpipe;
  private final IntegrationName integration;

  Accounts(Authpipe authpipe, @Value("${authpipe.integration}") String integration) {
    this.authpipe = authpipe;
    this.integration = new IntegrationName(integration);
  }

  /** The connection of a person that can be used. */
  Optional<Connection> of(EndUserId person) {
    ConnectionFilter theirs = ConnectionFilter.of(person).withIntegration(integration).withStatus(ConnectionStatus.ACTIVE);
    return authpipe.connections().list(theirs).stream().findFirst();
  }
}
