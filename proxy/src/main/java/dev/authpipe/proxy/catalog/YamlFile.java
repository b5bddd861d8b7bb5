package dev.authpipe.proxy.catalog;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads one YAML document strictly: a mapping in UTF-8, at most 1 MiB and 20 levels deep, without anchors, aliases, tags or a second
 * document. Never makes an object of a class that the file names.
 */
public final class YamlFile {
  private static final int LARGEST = 1024 * 1024;
  private static final int DEEPEST = 20;

  private YamlFile() {}

  /**
   * Reads a file.
   *
   * @throws ConfigurationException with file, line and what is wrong
   */
  public static YamlSection read(Path path) {
    try {
      if (Files.size(path) > LARGEST) {
        throw new ConfigurationException(path + ": the file is larger than 1 MiB");
      }
      return parse(path.getFileName().toString(), path.toAbsolutePath().getParent(), Files.readAllBytes(path));
    } catch (IOException failure) {
      throw new ConfigurationException(path + ": the file cannot be read", failure);
    }
  }

  /**
   * Reads bytes.
   *
   * @param name      how messages call them
   * @param directory what relative paths in them are relative to; null: none may stand there
   * @throws ConfigurationException with name, line and what is wrong
   */
  public static YamlSection parse(String name, @Nullable Path directory, byte[] content) {
    if (content.length > LARGEST) {
      throw new ConfigurationException(name + ": the file is larger than 1 MiB");
    }
    String text = decode(name, content);
    Yaml yaml = new Yaml(options());
    try {
      yaml.parse(new StringReader(text)).forEach(event -> check(name, event));
      Node root = yaml.compose(new StringReader(text));
      if (!(root instanceof MappingNode mapping)) {
        throw new ConfigurationException(name + ":1: the file must be a mapping of keys to values");
      }
      return new YamlSection(name, directory, "", mapping);
    } catch (MarkedYAMLException wrong) {
      int line = wrong.getProblemMark() == null ? 1 : wrong.getProblemMark().getLine() + 1;
      throw new ConfigurationException(name + ":" + line + ": not valid YAML: " + wrong.getProblem(), wrong);
    } catch (YAMLException wrong) {
      throw new ConfigurationException(name + ": not valid YAML, or beyond the limits of depth and size", wrong);
    }
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LARGEST);
    options.setNestingDepthLimit(DEEPEST);
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    options.setMaxAliasesForCollections(0);
    return options;
  }

  private static void check(String name, Event event) {
    int line = event.getStartMark() == null ? 1 : event.getStartMark().getLine() + 1;
    if (event instanceof AliasEvent || (event instanceof NodeEvent node && node.getAnchor() != null)) {
      throw new ConfigurationException(name + ":" + line + ": anchors and aliases are not allowed");
    }
    String tag = switch (event) {
      case ScalarEvent scalar -> scalar.getTag();
      case MappingStartEvent mapping -> mapping.getTag();
      case SequenceStartEvent sequence -> sequence.getTag();
      default -> null;
    };
    if (tag != null) {
      throw new ConfigurationException(name + ":" + line + ": tags are not allowed");
    }
  }

  private static String decode(String name, byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException wrong) {
      throw new ConfigurationException(name + ": the file is not UTF-8", wrong);
    }
  }
}
