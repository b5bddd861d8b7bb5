package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an integration may change about the hosted page. */
class ThemeTest {
  @TempDir
  Path directory;

  @Test
  void coloursThatCanBeSeenAndAPictureAreTaken() throws IOException {
    picture("logo.png", "png", 512);
    Theme theme = read("accent: \"#7A3CC4\", accent_dark: \"#c9a6f5\", logo: logo.png");
    assertThat(theme.accent()).isEqualTo("#7a3cc4");
    assertThat(theme.accentDark()).isEqualTo("#c9a6f5");
    assertThat(theme.logo()).startsWith("data:image/png;base64,iVBORw0KGgo");
    assertThat(theme.settings()).isNotEqualTo(read("accent: \"#7a3cc4\", logo: logo.png").settings());
    assertThat(read("")).isEqualTo(Theme.USUAL);
    assertThat(Theme.USUAL.settings()).isEmpty();
  }

  @Test
  void anAccentServesOnDarkPaperTooWhereItCanBeSeenThere() throws IOException {
    assertThat(read("accent: \"#c2410c\"").accentDark()).isEqualTo("#c2410c");
    assertThat(read("accent: \"#0b1f4d\"").accentDark()).isNull();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "accent: \"#ffee00\"                 | theme.accent: #ffee00 can hardly be seen on the page's white: its contrast is 1.2, and 3 is needed; choose a darker one",
      "accent_dark: \"#222244\"            | choose a lighter one", "accent: red                          | a colour as #rrggbb",
      "accent: \"url(x)\"                  | a colour as #rrggbb",
      "logo: none.png                       | is no PNG that can be read",
      "logo: picture.jpg                    | is no PNG that can be read",
      "logo: wide.png                       | wider or higher than 512",
      "logo: large.png                      | larger than 24 KiB",
      "logo: cut.png                        | is no PNG that can be read",
      "background: \"#ffffff\"             | background",
  })
  void whatCouldNotBeSeenOrIsNoPictureIsRefused(String theme, String sentence) throws IOException {
    picture("picture.jpg", "jpg", 64);
    picture("wide.png", "png", 513);
    Files.write(directory.resolve("large.png"), new byte[24 * 1024 + 1]);
    byte[] whole = Files.readAllBytes(picture("whole.png", "png", 64));
    Files.write(directory.resolve("cut.png"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(theme)).isInstanceOf(ConfigurationException.class).hasMessageContaining(sentence);
  }

  /** Against values that the specification's formula gives (WCAG 2.2, definition of contrast ratio). */
  @Test
  void contrastIsThatOfTheSpecification() {
    assertThat(ThemeRules.contrast("#000000", "#ffffff")).isEqualTo(21, within(0.001));
    assertThat(ThemeRules.contrast("#777777", "#ffffff")).isEqualTo(4.478, within(0.001));
    assertThat(ThemeRules.contrast("#1f5fbf", "#1f5fbf")).isEqualTo(1, within(0.001));
  }

  private Theme read(String theme) throws IOException {
    Path file = Files.writeString(directory.resolve("settings.yaml"), "theme: {" + theme + "}\n");
    YamlSection root = YamlFile.read(file);
    Theme read = ThemeReader.read(root.section("theme"));
    root.finish();
    return read;
  }

  private Path picture(String name, String format, int width) throws IOException {
    Path file = directory.resolve(name);
    ImageIO.write(new BufferedImage(width, 40, BufferedImage.TYPE_INT_RGB), format, file.toFile());
    return file;
  }
}
