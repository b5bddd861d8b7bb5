package dev.authpipe.proxy.connect;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.oauth.AccountOutcome;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.NewCredential;

/** What asking the provider at finish came to. */
sealed interface GrantOutcome {
  /** The same after so many more calls to the token endpoint. */
  default GrantOutcome afterMoreCalls(int more) {
    return switch (this) {
      case Received all ->
        new Received(all.credential, all.type, all.granted, all.account, all.grant, all.tokenCalls + more);
      case Failed all -> new Failed(all.code, all.reason, all.tokenCalls + more, all.next, all.retryAfter, all.unwanted);
    };
  }

  /**
   * A credential that is ready to be sealed.
   *
   * @param granted    scopes the provider granted
   * @param grant      as received, for a revocation should it not be wanted after all; null for a key
   * @param tokenCalls made to the token endpoint
   */
  record Received(NewCredential credential, CredentialType type, List<String> granted, AccountOutcome account,
      @Nullable TokenGrant grant, long tokenCalls) implements GrantOutcome {}

  /**
   * No credential.
   *
   * @param reason     a registered code for the audit log
   * @param tokenCalls made to the token endpoint
   * @param next       what may follow
   * @param retryAfter when to come again, where the provider says
   * @param unwanted   tokens that were issued and are owed a revocation
   */
  record Failed(ErrorCode code, String reason, long tokenCalls, Next next, @Nullable Duration retryAfter,
      List<TokenGrant> unwanted)
      implements
        GrantOutcome {
    public Failed {
      unwanted = List.copyOf(unwanted);
    }
  }

  /** What may follow a failure. */
  enum Next {
    /** Nothing: the session is over. */
    NOTHING,
    /** The same finish once more: the code was certainly not used. */
    FINISH_AGAIN,
    /** Another key, while entries are left. */
    ENTER_AGAIN
  }
}
