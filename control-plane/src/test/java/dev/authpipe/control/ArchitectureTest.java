package dev.authpipe.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Holds the code to the tables of docs/architecture.md and to the conventions of CONTRIBUTING.md. */
class ArchitectureTest {
  private static final String ROOT = "dev.authpipe.control";
  /** src/main/java/dev/authpipe/control/ROOM/package-info.java; what lies deeper is an adapter of its room. */
  private static final int ROOM_DEPTH = 8;
  private static final Path REPOSITORY = Path.of("..");
  private static final Set<String> FREE = Set.of("secret", "db");

  private record Room(String sentence, Set<String> mayUse, boolean later) {}

  private static Map<String, Room> rooms = new TreeMap<>();
  private static List<JavaClass> classes = List.of();

  @BeforeAll
  static void read() throws IOException {
    rooms = rooms("## Rooms of the control plane");
    JavaClasses imported = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);
    classes = imported.stream().filter(c -> !outermost(c).contains("$")).toList();
  }

  @Test
  void everyRoomIsDocumentedWithTheSentenceItsPackageStates() throws IOException {
    Map<String, String> stated = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/authpipe/control"))) {
      for (Path file : files.filter(f -> f.endsWith("package-info.java") && f.getNameCount() == ROOM_DEPTH).toList()) {
        Matcher javadoc = Pattern.compile("/\\*\\*\\s*\\*?\\s*(.*?)\\s*\\*/", Pattern.DOTALL).matcher(Files.readString(file));
        assertThat(javadoc.find()).as("%s has a docstring", file).isTrue();
        stated.put(String.valueOf(file.getName(ROOM_DEPTH - 2)), javadoc.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " "));
      }
    }
    assertThat(stated.keySet()).isEqualTo(rooms.keySet());
    rooms.forEach((name, room) -> assertThat(stated.get(name)).as("package-info of %s", name).startsWith(room.sentence));
  }

  @Test
  void arrowsGoOnlyWhereTheTableAllows() {
    Set<String> broken = new TreeSet<>();
    for (JavaClass from : classes) {
      for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
        String source = room(from);
        String target = room(arrow.getTargetClass().getBaseComponentType());
        if (!source.isEmpty() && !target.isEmpty() && !source.equals(target) && !allowed(source, target)) {
          broken.add(source + " -> " + target + ": " + from.getSimpleName() + " uses " + arrow.getTargetClass().getSimpleName());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyAllowedArrowNamesARoom() {
    rooms.forEach((name, room) -> assertThat(rooms.keySet()).as("arrows of %s", name).containsAll(room.mayUse));
  }

  @Test
  void eachTableIsTouchedOnlyByTheStoresOfItsOwnerRoom() throws IOException {
    Map<String, String> owners = tableOwners();
    Set<String> broken = new TreeSet<>();
    for (JavaClass from : classes) {
      boolean store = topLevel(from).endsWith("Store");
      for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
        String target = arrow.getTargetClass().getName();
        if (target.startsWith("dev.authpipe.db.") && !store) {
          broken.add(from.getName() + " uses " + target + " and is no Store");
        }
        Matcher table = Pattern.compile("dev\\.authpipe\\.db\\.(\\w+)\\.tables\\.(?:records\\.)?(\\w+?)(?:Record)?(?:\\$.*)?")
            .matcher(target);
        if (table.matches()) {
          checkOwner(owners, table.group(1) + "." + snake(table.group(2)), from, broken);
        }
      }
      for (JavaFieldAccess access : from.getFieldAccessesFromSelf()) {
        Matcher tables = Pattern.compile("dev\\.authpipe\\.db\\.(\\w+)\\.Tables").matcher(access.getTargetOwner().getName());
        if (tables.matches()) {
          checkOwner(owners, tables.group(1) + "." + access.getName().toLowerCase(Locale.ROOT), from, broken);
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(rooms.keySet()).containsAll(owners.values());
  }

  @Test
  @Tag("S60")
  void nothingNamedLikeASecretIsTextOrAnArray() {
    Set<String> broken = new TreeSet<>();
    for (JavaClass one : classes) {
      Class<?> type = one.reflect();
      for (Field field : type.getDeclaredFields()) {
        if (!(Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers()))) {
          checkSecret(type, field.getName(), field.getType(), broken);
        }
      }
      Stream.concat(Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods())).map(Executable.class::cast)
          .filter(e -> !e.isSynthetic()).forEach(executable -> {
            for (Parameter parameter : executable.getParameters()) {
              checkSecret(type, parameter.getName(), parameter.getType(), broken);
            }
          });
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theTransparencyLogFormatsNeedTheJdkOnly() {
    JavaClasses formats = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("dev.authpipe.tlog");
    assertThat(formats).isNotEmpty();
    assertThat(formats.stream().flatMap(c -> c.getDirectDependenciesFromSelf().stream())
        .map(d -> d.getTargetClass().getBaseComponentType()).filter(c -> !c.isPrimitive()).map(JavaClass::getPackageName))
        .allSatisfy(
            name -> assertThat(name).matches("java\\..*|javax\\.crypto.*|org\\.jspecify\\.annotations|dev\\.authpipe\\.tlog"));
    assertThat(usersOf("dev.authpipe.tlog.")).isNotEmpty()
        .allSatisfy(use -> assertThat(use).matches("(audit|dataplane|witness|ops): .*"));
  }

  @Test
  void nothingOfTheDataPlaneIsUsed() {
    assertThat(usersOf("dev.authpipe.proxy.", "dev.authpipe.db.vault", "dev.authpipe.db.clientsecrets")).isEmpty();
  }

  @Test
  void nettyIsUsedOnlyWhereBytesMove() {
    assertThat(usersOf("io.netty.")).allSatisfy(use -> assertThat(use).startsWith("http: "));
  }

  @Test
  void timeAndRandomnessAreInjected() {
    Set<String> broken = new TreeSet<>();
    for (JavaClass from : classes) {
      from.getCodeUnitCallsFromSelf().forEach(call -> {
        String target = call.getTargetOwner().getName() + "." + call.getName();
        boolean now = target.matches(
            "java\\.time\\.(Instant|LocalDate|LocalDateTime|OffsetDateTime|ZonedDateTime)\\.now|java\\.lang\\.System\\.(currentTimeMillis|nanoTime)");
        boolean random = target.matches(
            "java\\.util\\.(Random|concurrent\\.ThreadLocalRandom)\\..*|java\\.lang\\.Math\\.random|java\\.util\\.UUID\\.randomUUID");
        boolean sleep = target.equals("java.lang.Thread.sleep");
        boolean secure = target.equals("java.security.SecureRandom.<init>") && !room(from).equals("ops");
        if (now || random || sleep || secure) {
          broken.add(from.getName() + " calls " + target);
        }
      });
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void namesSayWhatAThingIs() {
    assertThat(classes).extracting(JavaClass::getSimpleName).allSatisfy(
        name -> assertThat(name).doesNotMatch(".*(Impl|Manager|Helper|Helpers|Util|Utils|Base|Service|Data|Info)")
            .doesNotMatch("Token"));
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(classes.stream().map(JavaClass::getPackage).distinct()).isNotEmpty()
        .allSatisfy(p -> assertThat(p.isAnnotatedWith(NullMarked.class)).as(p.getName()).isTrue());
  }

  @Test
  void noStateIsStatic() {
    Set<String> broken = new TreeSet<>();
    classes.forEach(c -> c.getFields().stream()
        .filter(f -> f.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.STATIC)
            && !f.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.FINAL) && !f.getName().startsWith("$"))
        .forEach(f -> broken.add(f.getFullName())));
    assertThat(broken).isEmpty();
  }

  private static void checkSecret(Class<?> owner, String name, Class<?> type, Set<String> broken) {
    boolean text = type == String.class || type == byte[].class || type == char[].class || type == CharSequence.class
        || type == StringBuilder.class;
    String lower = name.toLowerCase(Locale.ROOT);
    boolean named = lower.matches(
        ".*(password|passphrase|secret|accesstoken|refreshtoken|sessiontoken|apikey|credential|codeverifier|privatekey|finishcode|authorizationcode|clientassertion|plaintext).*|verifier");
    boolean aboutIt = lower.matches(
        ".*(hash|id|url|uri|endpoint|type|prefix|file|path|name|fingerprint|mac|hint|kind|pointer|reference|setting|header|scheme|label|sealed|challenge).*|.*kek");
    if (text && named && !aboutIt) {
      broken.add(owner.getName() + ": " + type.getSimpleName() + " " + name);
    }
  }

  private static Set<String> usersOf(String... prefixes) {
    Set<String> users = new TreeSet<>();
    classes.forEach(from -> from.getDirectDependenciesFromSelf().stream()
        .filter(d -> Stream.of(prefixes).anyMatch(d.getTargetClass().getName()::startsWith))
        .forEach(d -> users.add(room(from) + ": " + from.getSimpleName() + " uses " + d.getTargetClass().getName())));
    return users;
  }

  private static void checkOwner(Map<String, String> owners, String table, JavaClass from, Set<String> broken) {
    String owner = owners.get(table);
    if (owner != null && !(owner.equals(room(from)) && topLevel(from).endsWith("Store"))) {
      broken.add(from.getName() + " touches " + table + " of room " + owner);
    }
  }

  private static Map<String, String> tableOwners() throws IOException {
    Map<String, String> owners = new TreeMap<>();
    for (String store : List.of("control")) {
      try (Stream<Path> files = Files.list(REPOSITORY.resolve("migrations/src/main/resources/db").resolve(store))) {
        for (Path file : files.sorted().toList()) {
          Matcher comment = Pattern.compile("comment on table (\\w+) is 'owner room: (\\w+)\\.").matcher(Files.readString(file));
          while (comment.find()) {
            owners.put(store.replace("_", "") + "." + comment.group(1), comment.group(2));
          }
        }
      }
    }
    assertThat(owners).hasSizeGreaterThan(3);
    return owners;
  }

  private static Map<String, Room> rooms(String heading) throws IOException {
    Map<String, Room> found = new TreeMap<>();
    String page = Files.readString(REPOSITORY.resolve("docs/architecture.md"));
    String section = page.substring(page.indexOf(heading) + heading.length()).split("\n## ", 2)[0];
    Matcher line = Pattern.compile("(?m)^\\| `(\\w+)` \\| (.*?) \\| ?(.*?) ?\\|$").matcher(section);
    List<String> all = new ArrayList<>();
    while (line.find()) {
      String arrows = line.group(3).trim();
      boolean later = line.group(2).endsWith(" *later*");
      String sentence = line.group(2).replace(" *later*", "");
      found.put(line.group(1), new Room(sentence, arrows.isEmpty() ? Set.of() : Set.of(arrows.split(" ")), later));
      all.add(line.group(1));
    }
    assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThan(5);
    Room ops = found.get("ops");
    if (ops != null) {
      Set<String> anything = new TreeSet<>(found.keySet());
      found.put("ops", new Room(ops.sentence, anything, ops.later));
    }
    return found;
  }

  private static boolean allowed(String source, String target) {
    Room room = rooms.get(source);
    return FREE.contains(target) || (room != null && room.mayUse.contains(target));
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(ROOT + ".")) {
      return "";
    }
    return name.substring(ROOT.length() + 1).split("\\.", 2)[0];
  }

  private static String topLevel(JavaClass type) {
    String simple = type.getName().substring(type.getPackageName().length() + 1);
    return simple.split("\\$", 2)[0];
  }

  /** Micronaut's generated classes start with a dollar sign. */
  private static String outermost(JavaClass type) {
    String simple = type.getName().substring(type.getPackageName().length() + 1);
    return simple.startsWith("$") ? "$" : "";
  }

  private static String snake(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
