package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;

/** Keeps docs/refresh-proof.md whole. {@code -Dauthpipe.docs=write} writes it anew from what the tests before wrote down. */
@Tag("S54")
class RefreshProofTest {
  private static final Path DOCUMENT = Path.of("../docs/refresh-proof.md");

  @Test
  void everyCellWasPlayedAndNothingWasLostThatIsNotConceded() throws IOException {
    if ("write".equals(System.getProperty("authpipe.docs"))) {
      Files.writeString(DOCUMENT, RefreshProof.document(FaultLedger.lines()));
    }
    List<String> present = Files.readAllLines(DOCUMENT);
    for (Fault fault : Fault.values()) {
      String row = present.stream().filter(line -> line.startsWith("| " + fault.text() + " |")).findFirst().orElse("");
      String[] cells = row.split("\\|", -1);
      assertThat(cells).as(fault.text()).hasSize(7);
      int column = 2;
      for (Rotation rotation : Rotation.values()) {
        String cell = cells[column++].strip();
        assertThat(cell).as("%s, %s", fault.text(), rotation)
            .matches(fault.isConceded(rotation) ? "(kept [1-9]\\d*; )?lost, conceded [1-9]\\d*" : "(kept|revoked) [1-9]\\d*");
      }
      assertThat(cells[5].strip()).isEqualTo("`" + fault.test() + "`");
    }
    for (Rotation rotation : Rotation.values()) {
      assertThat(present).as("storm and schedules").filteredOn(line -> line.startsWith("| " + Fault.word(rotation) + " |"))
          .hasSize(2);
    }
    assertThat(present).as("10,000 races or more").filteredOn(line -> line.matches("\\| [1-9]\\d{4,} \\| .* \\| 0 \\|"))
        .hasSize(1);
  }
}
