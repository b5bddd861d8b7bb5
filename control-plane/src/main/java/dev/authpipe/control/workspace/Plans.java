package dev.authpipe.control.workspace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import jakarta.inject.Singleton;

/** The plans there are, from the data file {@code plans.json} beside this class. Never asks anybody about money. */
@Singleton
public final class Plans {
  private final List<Plan> all;

  /** Reads the data file. */
  public Plans() {
    ObjectMapper mapper = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    try (InputStream data = Plans.class.getResourceAsStream("plans.json")) {
      this.all = List.of(mapper.readValue(data, Plan[].class));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** All plans, the smallest first. */
  public List<Plan> all() {
    return all;
  }

  /** The plan of a name. */
  public Optional<Plan> find(String name) {
    return all.stream().filter(plan -> plan.name().equals(name)).findFirst();
  }
}
