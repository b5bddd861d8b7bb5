package dev.authpipe.proxy.proof;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.slf4j.LoggerFactory;

/** Sets logging up before two test classes begin at a time: who asks for a logger meanwhile gets a stand-in, and tests want the real one. */
public final class LoggingFirst implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    LoggerFactory.getILoggerFactory();
  }
}
