package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The provider of docs/guides/add-a-provider.md is one. */
class ProviderGuideTest {
  @TempDir
  Path directory;

  @Test
  void theFileOfTheGuideIsRead() throws IOException {
    String guide = Files.readString(Path.of("../docs/guides/add-a-provider.md"));
    String yaml = guide.replaceFirst("(?s).*<!-- guide provider: begin -->\n```yaml\n(.*?)```.*", "$1");
    Provider shelf = ProviderFile.read(YamlFile.read(Files.writeString(directory.resolve("shelf.yaml"), yaml)), Map.of());
    assertThat(shelf.slug()).isEqualTo("shelf");
    assertThat(shelf.refresh().rotation()).isEqualTo(RefreshProfile.Rotation.STRICT);
    assertThat(shelf.api().base().resolve(Map.of("shop", "ada"))).isEqualTo(URI.create("https://ada.shelf.example/api/v2"));
    assertThat(shelf.textOf("orders:read", "de")).isEqualTo("Ihre Bestellungen lesen");
    assertThat(shelf.textOf("orders:read", "fr")).isEqualTo("read your orders");
  }
}
