package dev.authpipe.control.egress;

/** An outbound call that was not allowed or did not work. Says which of few reasons, never what the other side wrote. */
public final class OutboundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** @param reason a fixed sentence */
  public OutboundException(String reason) {
    super(reason, null, false, false);
  }
}
