package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** What an application takes on with this client: Java 17 and one small library, and none of the proxy's own modules. */
class ModuleTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final int JAVA_17 = 61;

  @Test
  void nothingIsNeededButTheJdkAndAJsonReader() {
    ModuleDescriptor module = ModuleFinder.of(CLASSES).find("dev.authpipe.sdk").orElseThrow().descriptor();

    assertThat(module.requires()).filteredOn(each -> !each.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
        .extracting(ModuleDescriptor.Requires::name)
        .containsExactlyInAnyOrder("java.base", "java.net.http", "com.fasterxml.jackson.core");
  }

  @Test
  void everyClassRunsOnJava17() throws IOException {
    List<Path> classes;
    try (Stream<Path> files = Files.walk(CLASSES)) {
      classes = files.filter(file -> file.toString().endsWith(".class")).toList();
    }

    assertThat(classes).hasSizeGreaterThan(40).allSatisfy(file -> {
      try (DataInputStream bytes = new DataInputStream(Files.newInputStream(file))) {
        assertThat(bytes.readInt()).isEqualTo(0xCAFEBABE);
        bytes.readUnsignedShort();
        assertThat(bytes.readUnsignedShort()).isEqualTo(JAVA_17);
      }
    });
  }
}
