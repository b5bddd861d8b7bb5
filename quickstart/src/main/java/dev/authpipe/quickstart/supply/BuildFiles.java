package dev.authpipe.quickstart.supply;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The {@code pom.xml} files of this repository, as they are written: which versions they name, and which tools. Resolves nothing. */
final class BuildFiles {
  private static final String OWN = "dev.authpipe";
  /** Applications of somebody else, as it were: they are built last and go nowhere. */
  private static final String EXAMPLES = "examples/";
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([\\w.-]+)}");
  /** Bound by the packaging, though no file names them. */
  private static final Set<String> OF_THE_PACKAGING = Set.of("maven-resources-plugin", "maven-compiler-plugin",
      "maven-surefire-plugin",
      "maven-jar-plugin");

  /** A plugin or a processor of annotations. */
  record Tool(String group, String name, String version) {}

  private final Element parent;
  private final List<Element> all = new ArrayList<>();
  private final List<String> modules;
  private final Map<String, String> properties = new TreeMap<>();

  private BuildFiles(Element parent) {
    this.parent = parent;
    this.modules = children(parent, "modules", "module").map(BuildFiles::content).filter(one -> !one.startsWith(EXAMPLES))
        .toList();
    children(parent, "properties", "*").forEach(one -> properties.put(one.getTagName(), content(one)));
    all.add(parent);
  }

  static BuildFiles read(Path root) throws IOException {
    BuildFiles files = new BuildFiles(parse(root.resolve("pom.xml")));
    for (String module : files.modules) {
      files.all.add(parse(root.resolve(module).resolve("pom.xml")));
    }
    return files;
  }

  List<String> modules() {
    return modules;
  }

  /** Each version that is missing, a range, or may be another one tomorrow, in a sentence. */
  List<String> moving() {
    List<String> found = new ArrayList<>();
    for (Element file : all) {
      for (String kind : List.of("dependency", "plugin", "path", "extension")) {
        for (Element one : everywhere(file, kind)) {
          String version = version(one);
          boolean own = OWN.equals(text(one, "groupId"));
          boolean managed = version == null
              && (kind.equals("dependency") || (kind.equals("plugin") && managed(name(one)) != null));
          if (!own && !managed && (version == null || LockedFile.isMoving(version))) {
            found.add("%s of %s has no fixed version: %s".formatted(name(one), text(file, "artifactId"), version));
          }
        }
      }
    }
    return found;
  }

  /** Every plugin that a build may run and every processor, without what these bring along. */
  List<Tool> tools() {
    Set<String> plugins = new TreeSet<>(OF_THE_PACKAGING);
    List<Tool> tools = new ArrayList<>();
    for (Element file : all) {
      everywhere(file, "plugin").stream().filter(one -> !isManagement(one)).map(BuildFiles::name).forEach(plugins::add);
      everywhere(file, "path").stream().map(one -> tool(one, one)).distinct().forEach(tools::add);
    }
    for (String plugin : plugins) {
      Element management = managed(plugin);
      if (management != null) {
        tools.add(tool(management, management));
      }
    }
    return tools.stream().distinct().toList();
  }

  private Tool tool(Element names, Element versions) {
    String group = text(names, "groupId");
    String version = version(versions);
    return new Tool(group == null ? "org.apache.maven.plugins" : group, name(names), version == null ? "" : version);
  }

  private @Nullable Element managed(String plugin) {
    return everywhere(parent, "plugin").stream().filter(one -> isManagement(one) && name(one).equals(plugin)).findFirst()
        .orElse(null);
  }

  private static boolean isManagement(Element plugin) {
    return plugin.getParentNode().getParentNode().getNodeName().equals("pluginManagement");
  }

  private static String name(Element one) {
    String name = text(one, "artifactId");
    return name == null ? "" : name;
  }

  private @Nullable String version(Element one) {
    String version = text(one, "version");
    if (version == null) {
      return null;
    }
    Matcher property = PROPERTY.matcher(version);
    return property.replaceAll(name -> Matcher.quoteReplacement(properties.getOrDefault(name.group(1), "")));
  }

  private static List<Element> everywhere(Element from, String tag) {
    return elements(from.getElementsByTagName(tag)).toList();
  }

  private static Stream<Element> children(Element from, String container, String tag) {
    return elements(from.getChildNodes()).filter(one -> one.getTagName().equals(container))
        .flatMap(one -> elements(one.getChildNodes())).filter(one -> tag.equals("*") || one.getTagName().equals(tag));
  }

  private static @Nullable String text(Element of, String child) {
    return elements(of.getChildNodes()).filter(one -> one.getTagName().equals(child)).map(BuildFiles::content).findFirst()
        .orElse(null);
  }

  private static Stream<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).filter(Element.class::isInstance).map(Element.class::cast);
  }

  private static String content(Element one) {
    return String.valueOf(one.getTextContent()).strip();
  }

  private static Element parse(Path file) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    } catch (ParserConfigurationException | SAXException malformed) {
      throw new IOException("cannot read " + file, malformed);
    }
  }
}
