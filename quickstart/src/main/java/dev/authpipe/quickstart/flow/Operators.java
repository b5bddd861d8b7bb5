package dev.authpipe.quickstart.flow;

import java.util.List;
import java.util.Map;

import dev.authpipe.sdk.value.ApiKey;

/** What the operators of the two planes do at their terminals, and the mail they get. Secrets go in by standard input only. */
public interface Operators {

  /** {@code control-plane invite}: the code of the link that it prints. */
  String invite(String email) throws Exception;

  /** The code in the letter that the control plane sends to an address. */
  String letter(String email) throws Exception;

  /** {@code enrol} at the proxy; answers the data plane's id. */
  String enrol(String enrolmentCode) throws Exception;

  /** {@code approve} at the proxy: ids of the changes that wait. */
  List<String> waiting() throws Exception;

  /** {@code approve --all} at the proxy; answers the API keys that it shows, by the request they came of. */
  Map<String, ApiKey> approve() throws Exception;

  /**
   * Gives the proxy the client secret of an integration, which its operator has from the provider.
   *
   * @return whether it was taken: a replica knows within a second what was approved
   */
  boolean setClientSecret(String integration, ApiKey operatorsKey);
}
