import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;

/** Build step: migrates an embedded PostgreSQL and writes jOOQ classes for each store. Stops at once when no migration changed. */
final class GenerateSources {
  public static void main(String[] args) throws Exception {
    Path module = Path.of(args[0]);
    Path output = module.resolve("target/generated-sources/jooq");
    Path stamp = output.resolve(".migrations.sha256");
    String hash = hash(module);
    if (Files.exists(stamp) && Files.readString(stamp).equals(hash)) {
      return;
    }
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().setLocaleConfig("locale", "C.UTF-8").start()) {
      for (String store : List.of("vault", "client_secrets", "control")) {
        generate(postgres, module, store, output);
      }
    }
    Files.writeString(stamp, hash);
  }

  private static void generate(EmbeddedPostgres postgres, Path module, String store, Path output) throws Exception {
    DataSource superuser = postgres.getPostgresDatabase();
    try (var connection = superuser.getConnection(); var statement = connection.createStatement()) {
      for (String role : List.of(store + "_owner login", store + "_app login", store + "_backup login",
          store + "_lookup nologin")) {
        statement.execute("create role " + role);
      }
      statement.execute("grant " + store + "_lookup to " + store + "_owner with set true, inherit false");
      statement.execute("create database " + store + " owner " + store + "_owner");
    }
    Flyway.configure().dataSource(postgres.getDatabase(store + "_owner", store))
        .locations("filesystem:" + module.resolve("src/main/resources/db").resolve(store)).load().migrate();
    GenerationTool.generate(new Configuration().withLogging(org.jooq.meta.jaxb.Logging.WARN)
        .withJdbc(new Jdbc().withDriver("org.postgresql.Driver").withUrl(postgres.getJdbcUrl("postgres", store)))
        .withGenerator(new Generator()
            .withDatabase(new Database().withInputSchema("public").withExcludes("flyway_schema_history|notify_change")
                .withOutputSchemaToDefault(true))
            .withGenerate(new Generate().withRecords(true).withPojos(false).withDaos(false).withGeneratedAnnotation(true)
                .withJavaTimeTypes(true).withGlobalObjectReferences(true))
            .withTarget(
                new Target().withPackageName("dev.authpipe.db." + store.replace("_", "")).withDirectory(output.toString()))));
  }

  private static String hash(Path module) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (var files = Files.walk(module.resolve("src"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".sql") || f.endsWith("Generate.java")).sorted().toList()) {
        digest.update(module.relativize(file).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
