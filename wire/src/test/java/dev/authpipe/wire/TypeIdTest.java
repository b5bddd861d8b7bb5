package dev.authpipe.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeIdTest {
  @ParameterizedTest // the published vectors of the TypeID specification
  @CsvSource({"00000000-0000-0000-0000-000000000000, 00000000000000000000000000",
      "00000000-0000-0000-0000-000000000001, 00000000000000000000000001",
      "00000000-0000-0000-0000-00000000000a, 0000000000000000000000000a",
      "00000000-0000-0000-0000-000000000010, 0000000000000000000000000g",
      "00000000-0000-0000-0000-000000000020, 00000000000000000000000010",
      "ffffffff-ffff-ffff-ffff-ffffffffffff, 7zzzzzzzzzzzzzzzzzzzzzzzzz",
      "0110c853-1d09-52d8-d73e-1194e95b5f19, 0123456789abcdefghjkmnpqrs",
      "01890a5d-ac96-774b-bcce-b302099a8057, 01h455vb4pex5vsknk084sn02q"})
  void writesAndReadsThePublishedVectors(UUID uuid, String digits) {
    assertThat(new ConnectionId(uuid)).hasToString("conn_" + digits);
    assertThat(ConnectionId.parse("conn_" + digits).value()).isEqualTo(uuid);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "conn_", "conn_8zzzzzzzzzzzzzzzzzzzzzzzzz", "int_01h455vb4pex5vsknk084sn02q",
      "conn_01H455VB4PEX5VSKNK084SN02Q",
      "conn_01h455vb4pex5vsknk084sn02", "conn_01h455vb4pex5vsknk084sn02qq", "conn-01h455vb4pex5vsknk084sn02q",
      "conn_01h455vb4pex5vsknk084sn02i"})
  void refusesEverySecondSpelling(String text) {
    assertThatThrownBy(() -> ConnectionId.parse(text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not an id of kind conn");
  }
}
