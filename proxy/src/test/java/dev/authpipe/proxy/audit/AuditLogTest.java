package dev.authpipe.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

@Tag("S40")
@Tag("S41")
class AuditLogTest {
  private static OpenStores stores;
  private AuditLog log;
  private WorkspaceId workspace;

  @BeforeAll
  static void openStores() {
    stores = new OpenStores();
  }

  @AfterAll
  static void closeStores() {
    stores.close();
  }

  @BeforeEach
  void open() {
    log = stores.log();
    workspace = stores.workspace();
  }

  @Test
  void concurrentWritersLeaveNoGapAndAVerifiableTree() throws Exception {
    int writers = 8;
    int each = 25;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        done.add(executor.submit(() -> {
          for (int i = 0; i < each; i++) {
            int number = i;
            stores.vault().run(workspace, tx -> {
              log.append(tx, updated());
              if (number % 5 == 0) {
                log.append(tx, updated());
              }
            });
          }
        }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    List<String> events = stores.events(workspace);
    assertThat(events).hasSize(writers * (each + (each / 5)));
    List<JsonNode> read = new ArrayList<>();
    for (String event : events) {
      read.add(new ObjectMapper().readTree(event));
    }
    for (int seq = 0; seq < read.size(); seq++) {
      assertThat(read.get(seq).get("seq").longValue()).isEqualTo(seq);
      assertThat(read.get(seq).get("workspace").textValue()).isEqualTo(workspace.toString());
    }
    assertThat(read).isSortedAccordingTo(java.util.Comparator.comparing(e -> Instant.parse(e.get("time").textValue())));
    assertThat(read).extracting(e -> e.get("id").textValue()).doesNotHaveDuplicates();
    assertThat(storedRoot()).isEqualTo(recomputedRoot());
    assertThat(stores.asSuperuser(Store.VAULT,
        "select leaf::text from audit_event where workspace_id = '" + workspace.value() + "' order by seq"))
        .isEqualTo(events.stream().map(e -> "\\x" + HexFormat.of().formatHex(leaf(e))).toList());
  }

  @Test
  void aTransactionThatFailsLeavesNoEventAndNoGap() {
    stores.vault().run(workspace, tx -> log.append(tx, updated()));
    assertThatThrownBy(() -> stores.vault().run(workspace, tx -> {
      log.append(tx, updated());
      throw new IllegalStateException("after the event");
    })).hasMessage("after the event");
    assertThatThrownBy(() -> stores.vault().run(workspace, tx -> {
      log.append(tx, updated());
      tx.beforeCommit(() -> {
        throw new IllegalStateException("after the head was written");
      });
    })).hasMessage("after the head was written");
    stores.vault().run(workspace, tx -> log.append(tx, updated()));
    assertThat(stores.events(workspace)).hasSize(2).last().asString().contains("\"seq\":1,");
    assertThat(storedRoot()).isEqualTo(recomputedRoot());
  }

  @Test
  void anEventAppendedByTheLastActionIsWrittenToo() {
    stores.vault().run(workspace, tx -> {
      log.append(tx, updated());
      tx.beforeCommit(() -> log.append(tx, updated()));
    });
    assertThat(stores.events(workspace)).hasSize(2);
    assertThat(storedRoot()).isEqualTo(recomputedRoot());
  }

  @Test
  void theHeadIsLockedOnlyAtTheEnd() {
    stores.vault().run(workspace, tx -> log.append(tx, updated()));
    stores.vault().run(workspace, slow -> {
      log.append(slow, updated());
      stores.vault().run(workspace, fast -> log.append(fast, updated())); // would wait for ever if the slow one held the head
    });
    assertThat(stores.events(workspace)).hasSize(3);
  }

  @Test
  void eachStoreHasItsOwnLogAndNamesIt() {
    AuditEntry entry = AuditEntry.of(AuditType.CLIENT_SECRET_SET, AuditActor.operator(),
        AuditObject.integration(new IntegrationId(UUID.randomUUID()))).detail(AuditDetail.VERSION, 1)
        .detail(AuditDetail.SOURCE, "file")
        .build();
    stores.clientSecrets().run(workspace, tx -> log.append(tx, entry));
    stores.vault().run(Database.STORE, tx -> log.append(tx, jobStarted()));
    assertThat(stores.events(workspace)).isEmpty();
    assertThat(stores.events(Store.CLIENT_SECRETS, workspace.value())).singleElement().asString()
        .contains("\"store\":\"client_secrets\"").contains("\"seq\":0");
    assertThat(stores.events(Database.STORE)).last().asString().contains("\"store\":\"vault\"")
        .contains("\"workspace\":\"wks_00000000000000000000000000\"");
  }

  @Test
  void theTablesOfBothStoresAreTheSame() {
    assertThat(columns(dev.authpipe.db.clientsecrets.Tables.AUDIT_EVENT))
        .isEqualTo(columns(dev.authpipe.db.vault.Tables.AUDIT_EVENT));
    assertThat(columns(dev.authpipe.db.clientsecrets.Tables.AUDIT_HEAD))
        .isEqualTo(columns(dev.authpipe.db.vault.Tables.AUDIT_HEAD));
  }

  @Tag("S44")
  @ParameterizedTest
  @EnumSource(value = Store.class, names = {"VAULT", "CLIENT_SECRETS"})
  void theApplicationCannotChangeWhatIsWritten(Store store) throws SQLException {
    Database database = store == Store.VAULT ? stores.vault() : stores.clientSecrets();
    AuditEntry entry = store == Store.VAULT
        ? updated()
        : AuditEntry.of(AuditType.CLIENT_SECRET_INTEGRITY_REFUSED,
            AuditActor.system("clientsecret"), AuditObject.integration(new IntegrationId(UUID.randomUUID()))).build();
    database.run(workspace, tx -> log.append(tx, entry));
    for (String forbidden : List.of("update audit_event set body = null", "delete from audit_event", "truncate audit_event",
        "delete from audit_head", "truncate audit_head")) {
      try (Connection connection = stores.set().application(store).getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("set authpipe.workspace = '" + workspace.value() + "'");
        assertThatThrownBy(() -> statement.execute(forbidden)).as(forbidden).isInstanceOf(SQLException.class)
            .hasMessageContaining("permission denied");
      }
    }
    assertThat(stores.events(store, workspace.value())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "update audit_event set body = convert_to(replace(convert_from(body, 'UTF8'), 'success', 'refused'), 'UTF8') where seq = 2",
      "delete from audit_event where seq = 2", "delete from audit_event where seq = 4",
      "update audit_event set seq = case seq when 1 then 2 else 1 end + 100 where seq in (1, 2); update audit_event set seq = seq - 100 where seq > 100"})
  void whatASuperuserChangesShowsInTheRoot(String change) {
    for (int i = 0; i < 5; i++) {
      stores.vault().run(workspace, tx -> log.append(tx, updated()));
    }
    assertThat(storedRoot()).isEqualTo(recomputedRoot());
    stores.asSuperuser(Store.VAULT, change);
    assertThat(recomputedRoot()).isNotEqualTo(storedRoot());
  }

  @Test
  void aHeadThatDoesNotFitItsSizeIsRefusedByTheDatabase() {
    stores.vault().run(workspace, tx -> log.append(tx, updated()));
    assertThatThrownBy(() -> stores.asSuperuser(Store.VAULT, "update audit_head set size = 3"))
        .hasMessageContaining("audit_head_check");
  }

  @Test
  void pagesGoFromTheNewestToTheOldest() throws IOException {
    for (int i = 0; i < 7; i++) {
      stores.vault().run(workspace, tx -> log.append(tx, updated()));
    }
    List<Long> seen = new ArrayList<>();
    @Nullable
    String cursor = null;
    do {
      AuditPage page = log.events(workspace, new AuditQuery(AuditQuery.Log.VAULT, 3, cursor, null, null, null, null));
      page.events().forEach(event -> seen.add(event.seq()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(seen).containsExactly(6L, 5L, 4L, 3L, 2L, 1L, 0L);
    assertThatThrownBy(() -> log.events(workspace, new AuditQuery(AuditQuery.Log.VAULT, 3, "bm9uZQ", null, null, null, null)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eventsAreFoundByTypeObjectAndTime() {
    ConnectionId mine = new ConnectionId(UUID.randomUUID());
    stores.vault().run(workspace, tx -> log.append(tx, updated()));
    stores.vault().run(workspace, tx -> log.append(tx,
        AuditEntry.of(AuditType.CONNECTION_PURGED, AuditActor.system("retire"), AuditObject.connection(mine)).build()));
    assertThat(find(AuditType.CONNECTION_PURGED, null, null, null)).hasSize(1);
    assertThat(find(null, mine.toString(), null, null)).hasSize(1);
    assertThat(find(AuditType.CONNECTION_UPDATED, mine.toString(), null, null)).isEmpty();
    Instant now = Instant
        .parse(stores.asSuperuser(Store.VAULT, "select to_json(clock_timestamp() at time zone 'UTC')#>>'{}' || 'Z'").getFirst());
    assertThat(find(null, null, now.minusSeconds(60), now.plusSeconds(60))).hasSize(2);
    assertThat(find(null, null, now.plusSeconds(60), null)).isEmpty();
    assertThat(find(null, null, null, now.minusSeconds(60))).isEmpty();
  }

  @Test
  void anotherWorkspaceSeesNothing() {
    stores.vault().run(workspace, tx -> log.append(tx, updated()));
    AuditPage page = log.events(stores.workspace(), new AuditQuery(AuditQuery.Log.VAULT, 10, null, null, null, null, null));
    assertThat(page.events()).isEmpty();
  }

  @Test
  void timesHaveMillisecondsOfTheDatabase() {
    stores.vault().run(workspace, tx -> log.append(tx, updated()));
    assertThat(stores.asSuperuser(Store.VAULT,
        "select (recorded_at = date_trunc('milliseconds', recorded_at) and abs(extract(epoch from now() - recorded_at)) < 60)::text from audit_event where workspace_id = '"
            + workspace.value() + "'"))
        .containsExactly("true");
    assertThat(stores.events(workspace).getFirst())
        .containsPattern("\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\"");
  }

  @Test
  void manyEventsOfOneTransactionAreWrittenInOrder() {
    stores.vault().run(workspace, tx -> {
      for (int i = 0; i < 2_500; i++) {
        log.append(tx, updated());
      }
    });
    assertThat(stores.events(workspace)).hasSize(2_500);
    assertThat(storedRoot()).isEqualTo(recomputedRoot());
  }

  private List<AuditPage.Event> find(@Nullable AuditType type, @Nullable String object, @Nullable Instant from,
      @Nullable Instant to) {
    return log.events(workspace, new AuditQuery(AuditQuery.Log.VAULT, 10, null, type, object, from, to)).events();
  }

  private static AuditEntry updated() {
    return AuditEntry.of(AuditType.CONNECTION_UPDATED, AuditActor.system("connection"),
        AuditObject.connection(new ConnectionId(UUID.randomUUID()))).build();
  }

  private static AuditEntry jobStarted() {
    return AuditEntry.of(AuditType.JOB_STARTED, AuditActor.job("purge"), AuditObject.job("purge")).build();
  }

  private static List<String> columns(Table<?> table) {
    return Arrays.stream(table.fields()).map(AuditLogTest::column).toList();
  }

  private static String column(Field<?> field) {
    return field.getName() + " " + field.getDataType().getTypeName() + " " + field.getDataType().nullable();
  }

  /** Folds the stored frontier: docs/audit-format.md section 4. */
  private String storedRoot() {
    String hex = stores.asSuperuser(Store.VAULT,
        "select encode(frontier, 'hex') from audit_head where workspace_id = '" + workspace.value() + "'").getFirst();
    List<byte[]> frontier = new ArrayList<>();
    for (int at = 0; at < hex.length(); at += 64) {
      frontier.add(HexFormat.of().parseHex(hex.substring(at, at + 64)));
    }
    byte[] root = frontier.removeLast();
    while (!frontier.isEmpty()) {
      root = node(frontier.removeLast(), root);
    }
    return HexFormat.of().formatHex(root);
  }

  /** Computes the root from the events alone, by the recursion of RFC 6962 section 2.1, without the program's tree. */
  private String recomputedRoot() {
    List<byte[]> leaves = stores.events(workspace).stream().map(AuditLogTest::leaf).toList();
    return HexFormat.of().formatHex(root(leaves));
  }

  private static byte[] root(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    return node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
  }

  private static byte[] leaf(String event) {
    return sha256(new byte[]{0}, event.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] node(byte[] left, byte[] right) {
    return sha256(new byte[]{1}, left, right);
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
