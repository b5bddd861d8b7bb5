package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {
  @Test
  void anUnknownKeyIsRefusedWithLineAndNearestKey() {
    YamlSection root = read("a: 1\nlimits:\n  pool_sise: 3\n");
    root.optional("a", ValueType.TEXT_LINE);
    root.section("limits").optional("pool_size", ValueType.integer(1, 10));
    root.section("limits").optional("wait", ValueType.TEXT_LINE);
    assertThatThrownBy(root::finish).isInstanceOf(ConfigurationException.class)
        .hasMessage("f.yaml:3: limits.pool_sise: unknown key; did you mean pool_size?");
  }

  @Test
  void aKeyThatResemblesNothingIsRefusedWithoutASuggestion() {
    YamlSection root = read("zzzzzzzz: 1\n");
    root.optional("mode", ValueType.TEXT_LINE);
    assertThatThrownBy(root::finish).hasMessage("f.yaml:1: zzzzzzzz: unknown key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: &x 1\nb: *x\n", "a: !!java.net.URL [http://x]\n", "a: !secret x\n", "- a\n- b\n", "a: 1\na: 2\n",
      "a: 1\n---\nb: 2\n",
      "a: {b: 1, b: 2}\n", "<<: {a: 1}\n", "a: [\n", "", "a: \u0000\n", "? [a]\n: b\n"})
  void whatIsNotPlainYamlIsRefused(String text) {
    assertThatThrownBy(() -> {
      YamlSection root = read(text);
      root.section("a");
    }).isInstanceOf(ConfigurationException.class).hasMessageStartingWith("f.yaml");
  }

  @Test
  void depthAndSizeAreLimited() {
    assertThatThrownBy(() -> read("a: " + "[".repeat(50) + "]".repeat(50))).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> read("a: " + "x".repeat(1024 * 1024 + 1))).isInstanceOf(ConfigurationException.class);
  }

  @ParameterizedTest
  @CsvSource({"250 ms,PT0.25S", "5 s,PT5S", "5s,PT5S", "10 min,PT10M", "24 h,PT24H", "30 d,PT720H"})
  void amountsOfTimeHaveUnits(String text, Duration expected) {
    assertThat(ValueType.duration(Duration.ZERO, Duration.ofDays(365)).parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5 m", "5 sec", "-5 s", "1 d", "", "0 s", "s", "999999999999 d"})
  void anAmountOfTimeWithoutUnitOrBeyondItsLimitsIsRefused(String text) {
    ValueType<Duration> type = ValueType.duration(Duration.ofMillis(1), Duration.ofHours(1));
    assertThatThrownBy(() -> type.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void amountsOfBytesHaveUnits() {
    ValueType<Long> type = ValueType.size(1, 1L << 30);
    assertThat(type.parse("64 KiB")).isEqualTo(65536);
    assertThat(type.description()).isEqualTo("an amount of bytes from 1 B to 1 GiB");
    assertThatThrownBy(() -> type.parse("64 KB")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSecretWrittenIntoTheFileIsRefusedAndNotRepeated() {
    YamlSection root = read("password: hunter2\n");
    assertThatThrownBy(() -> root.secretFile("password")).hasMessageContaining("{file: path}").hasMessageNotContaining("hunter2");
  }

  @Test
  void aWrongValueNamesItsLineAndIsNotRepeated() {
    YamlSection root = read("a: 1\nport: hunter2\n");
    assertThatThrownBy(() -> root.required("port", ValueType.integer(1, 65535)))
        .hasMessage("f.yaml:2: port: must be a whole number from 1 to 65535 (not a whole number)")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void relativePathsBelongToTheDirectoryOfTheFile() {
    assertThat(read("password: {file: secrets/one}\n").secretFile("password"))
        .contains(new SecretFile(Path.of("/etc/authpipe/secrets/one")));
  }

  private static YamlSection read(String text) {
    return YamlFile.parse("f.yaml", Path.of("/etc/authpipe"), text.getBytes(StandardCharsets.UTF_8));
  }
}
