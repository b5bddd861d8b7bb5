import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.MethodSelector;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the named test methods, {@code package.Class#method} each, on the class path it was started with, and says in lines that begin with
 * {@code check:} what became of them. Exits with 0 only when each ran and all are green.
 */
final class RunTests {
  public static void main(String[] names) {
    Results results = new Results();
    LauncherDiscoveryRequest all = LauncherDiscoveryRequestBuilder.request()
        .selectors(Arrays.stream(names).flatMap(name -> methods(name).stream()).toList())
        .configurationParameter("junit.jupiter.execution.timeout.default", "180 s").build();
    LauncherFactory.create().execute(all, results);
    if (!results.said) {
      Arrays.stream(names).filter(name -> !results.ran.contains(name)).forEach(name -> results.say(name, "no test ran"));
    }
    System.exit(results.said ? 1 : 0); // threads of what is under test may linger
  }

  /** By name: a parameterized method has parameters that nobody wants to spell. */
  private static List<MethodSelector> methods(String name) {
    int hash = name.indexOf('#');
    String type = name.substring(0, hash);
    try {
      return Arrays.stream(Class.forName(type, false, ClassLoader.getSystemClassLoader()).getDeclaredMethods())
          .filter(method -> method.getName().equals(name.substring(hash + 1)) && !method.isSynthetic())
          .map(method -> selectMethod(method.getDeclaringClass(), method)).toList();
    } catch (ClassNotFoundException missing) {
      throw new IllegalArgumentException("there is no class " + type, missing);
    }
  }

  private static final class Results implements TestExecutionListener {
    private final Set<String> ran = new HashSet<>();
    private boolean said;

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
      boolean failed = result.getStatus() != TestExecutionResult.Status.SUCCESSFUL;
      if (identifier.isTest()) {
        identifier.getSource().filter(MethodSource.class::isInstance).map(MethodSource.class::cast)
            .ifPresent(source -> ran.add(source.getClassName() + "#" + source.getMethodName()));
      }
      result.getThrowable().filter(_ -> failed)
          .ifPresent(cause -> say(identifier.getLegacyReportingName(), identifier.isTest() && cause instanceof AssertionError
              ? "red by assertion: " + line(cause)
              : "broken by " + cause.getClass().getName() + ": " + line(cause)));
    }

    private void say(String name, String what) {
      said = true;
      System.out.println("check: " + what + " [" + name + "]");
    }

    /** What it says first; a multiple failure says it in its parts. */
    private static String line(Throwable cause) {
      return String.valueOf(cause.getMessage()).strip().lines().map(String::strip).filter(line -> !line.isEmpty()).limit(3)
          .reduce((a, b) -> a + " " + b).orElse("").replaceAll("(.{100}).+", "$1…");
    }
  }
}
