package dev.authpipe.proxy.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** One file of a journal. Not thread-safe; never interprets what is sealed. */
final class Segment implements AutoCloseable {
  private final SegmentHeader header;
  private final Path path;
  private final FileChannel channel;
  private final Set<JournalEntry> entries = new LinkedHashSet<>();
  private int size;

  private Segment(SegmentHeader header, Path path, FileChannel channel, int size) {
    this.header = header;
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  static Segment create(Path directory, SegmentHeader header) throws IOException {
    Path path = directory.resolve(fileName(header.number()));
    FileChannel channel = FileChannel.open(path,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Segment segment = new Segment(header, path, channel, 0);
    try {
      segment.write(0, header.encode());
      segment.size = SegmentHeader.LENGTH;
      channel.force(true);
      return segment;
    } catch (IOException failure) {
      segment.discard();
      throw failure;
    }
  }

  static Segment existing(Path path, SegmentHeader header, int size) throws IOException {
    return new Segment(header, path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE), size);
  }

  static String fileName(long number) {
    return "%08d.journal".formatted(number);
  }

  long number() {
    return header.number();
  }

  int size() {
    return size;
  }

  /** Entries that are not erased, in the order of the file. */
  Set<JournalEntry> entries() {
    return entries;
  }

  void append(JournalEntry entry, byte[] frame) throws IOException {
    try {
      write(size, frame);
    } catch (IOException failure) {
      cutTail();
      throw failure;
    }
    entry.writtenAt(this, size, frame.length - JournalFrame.PREFIX);
    entries.add(entry);
    size += frame.length;
  }

  void adopt(JournalEntry entry, SegmentScan.Found found) {
    entry.writtenAt(this, found.position(), found.bodyLength());
    entries.add(entry);
  }

  byte[] frame(JournalEntry entry) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(JournalFrame.PREFIX + entry.bodyLength());
    while (frame.hasRemaining()) {
      int read = channel.read(frame, (long) entry.position() + frame.position());
      if (read < 0) {
        throw new IOException("a segment ends within an entry");
      }
    }
    return frame.array();
  }

  /** Overwrites an entry where it stands; on the disk with the next {@link #force}. */
  void erase(JournalEntry entry) throws IOException {
    write(entry.position(), JournalFrame.erased(entry.bodyLength()));
    entries.remove(entry);
    entry.forgetPlaceInFile();
  }

  /** Forgets what is erased; only where nothing else is left. */
  void reset() throws IOException {
    FileChannel cut = channel.truncate(SegmentHeader.LENGTH);
    cut.force(true);
    size = SegmentHeader.LENGTH;
  }

  void force() throws IOException {
    channel.force(false);
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void write(int at, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      int written = channel.write(rest, (long) at + rest.position());
      if (written <= 0) {
        throw new IOException("nothing could be written");
      }
    }
  }

  private void cutTail() {
    try {
      FileChannel cut = channel.truncate(size);
      assert cut.isOpen();
    } catch (IOException alsoFailed) {
      return; // what stands there is overwritten by the next append, or left out as a torn tail
    }
  }

  private void discard() {
    try {
      delete();
    } catch (IOException alsoFailed) {
      return; // a file without a whole header is set aside by the next start
    }
  }

  @Nullable
  static Long number(Path path) {
    Path name = path.getFileName();
    String text = name == null ? "" : name.toString();
    return text.matches("[0-9]{8}\\.journal") ? Long.valueOf(text.substring(0, 8)) : null;
  }
}
