package dev.authpipe.wire;

/** A whole document on the link, one request or answer. Never holds a secret. */
public sealed interface Document permits Feed, Command, SignedCommands, ReportBatch, ReportAnswer, Heartbeat, Enrolment,
    EnrolmentAnswer, NextIdentity, CheckpointBatch, CheckpointAnswer {
  /** The version of its format. */
  int v();
}
