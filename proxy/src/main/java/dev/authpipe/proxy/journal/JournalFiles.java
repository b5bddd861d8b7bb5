package dev.authpipe.proxy.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.Randomness;

/**
 * The files of one journal: reads what is there, appends, overwrites, makes room. Never stops at damage, and never gives an unsettled entry up.
 * Not thread-safe.
 */
final class JournalFiles implements AutoCloseable {
  private final Path directory;
  private final JournalSettings settings;
  private final JournalLock lock;
  private final Consumer<JournalEntry> givenUp;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private final List<JournalEntry> found = new ArrayList<>();
  private UUID id = new UUID(0, 0);
  private long lastNumber;
  private int damaged;
  private int torn;
  private int foreign;

  private JournalFiles(Path directory, JournalSettings settings, JournalLock lock, Consumer<JournalEntry> givenUp) {
    this.directory = directory;
    this.settings = settings;
    this.lock = lock;
    this.givenUp = givenUp;
  }

  /**
   * Takes the directory, reads its segments and begins a new one.
   *
   * @param givenUp told of settled entries that had to go to make room
   * @throws JournalInUseException if another process has it
   */
  static JournalFiles open(Path directory, JournalSettings settings, Randomness randomness, Consumer<JournalEntry> givenUp)
      throws IOException {
    JournalLock.makeDirectory(directory);
    JournalLock lock = JournalLock.take(directory);
    JournalFiles files = new JournalFiles(directory, settings, lock, givenUp);
    try {
      SortedMap<Long, Path> present = list(directory);
      for (Path path : present.values()) {
        files.read(path, bytes(path));
      }
      if (files.segments.isEmpty()) {
        files.id = randomness.uuidV4();
      }
      files.lastNumber = present.isEmpty() ? 0 : present.lastKey();
      files.begin();
      return files;
    } catch (IOException | RuntimeException failure) {
      files.close();
      throw failure;
    }
  }

  /** Nothing of a file that no journal has written: it would not fit into memory. */
  static byte[] bytes(Path segment) throws IOException {
    boolean ours = Files.size(segment) <= JournalSettings.LONGEST_SEGMENT + JournalFrame.PREFIX + JournalFrame.BODY_MOST;
    return ours ? Files.readAllBytes(segment) : new byte[SegmentHeader.LENGTH + 1];
  }

  static SortedMap<Long, Path> list(Path directory) throws IOException {
    SortedMap<Long, Path> present = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      all.forEach(path -> {
        Long number = Segment.number(path);
        if (number != null) {
          present.put(number, path);
        }
      });
    }
    return present;
  }

  private void read(Path path, byte[] bytes) throws IOException {
    SegmentHeader header = header(bytes);
    if (header == null || (!segments.isEmpty() && !header.journal().equals(id))) {
      if (bytes.length > SegmentHeader.LENGTH) {
        foreign++;
        Files.move(path, path.resolveSibling(path.getFileName() + ".refused"), StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.delete(path); // a start that was cut off before its first entry
      }
      return;
    }
    id = header.journal();
    SegmentScan scan = SegmentScan.of(bytes);
    Segment segment = Segment.existing(path, header, Math.max(scan.end(), SegmentHeader.LENGTH));
    damaged += scan.damaged();
    torn += scan.torn() ? 1 : 0;
    for (SegmentScan.Found one : scan.entries()) {
      JournalEntry entry = new JournalEntry(one.place(), id, JournalEntry.State.LEFT, null);
      segment.adopt(entry, one);
      found.add(entry);
    }
    segments.addLast(segment);
  }

  /** With a new segment where the disk has room for one; what is there must be recovered all the same. */
  private void begin() throws IOException {
    try {
      roll();
    } catch (IOException full) {
      if (segments.isEmpty()) {
        throw full;
      }
    }
    tidy();
  }

  private static @Nullable SegmentHeader header(byte[] bytes) {
    try {
      return SegmentHeader.decode(bytes);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  UUID id() {
    return id;
  }

  /** What was there at the start, oldest first. */
  List<JournalEntry> found() {
    return found;
  }

  int damaged() {
    return damaged;
  }

  int torn() {
    return torn;
  }

  int foreign() {
    return foreign;
  }

  long bytes() {
    return segments.stream().mapToLong(Segment::size).sum();
  }

  /** @throws JournalFullException if unsettled entries leave no room */
  void append(JournalEntry entry, byte[] frame) throws IOException {
    if (segments.getLast().size() + frame.length > settings.segmentMost() && segments.getLast().size() > SegmentHeader.LENGTH) {
      roll();
    }
    makeRoom(frame.length);
    segments.getLast().append(entry, frame);
  }

  byte[] sealed(JournalEntry entry) throws IOException {
    Segment segment = entry.segment();
    if (segment == null) {
      throw new IOException("the entry is erased");
    }
    byte[] frame = segment.frame(entry);
    int length = JournalFrame.bodyLength(frame, 0);
    if (length < 0 || frame[0] != JournalFrame.ENTRY) {
      throw new IOException("the entry was changed behind our back");
    }
    return JournalFrame.sealed(frame, 0, length);
  }

  void erase(JournalEntry entry) throws IOException {
    Segment segment = entry.segment();
    if (segment != null) {
      segment.erase(entry);
      if (segment != segments.getLast()) {
        segment.force();
      }
    }
  }

  /** The newest segment is on the disk when this returns; older ones are forced as they are written. */
  void force() throws IOException {
    segments.getLast().force();
  }

  /** Deletes segments without an entry, and empties the newest once it has held some. */
  void tidy() throws IOException {
    List<Segment> empty = segments.stream().filter(one -> one != segments.getLast() && one.entries().isEmpty()).toList();
    for (Segment one : empty) {
      segments.remove(one);
      one.delete();
    }
    if (segments.getLast().entries().isEmpty() && segments.getLast().size() > SegmentHeader.LENGTH) {
      segments.getLast().reset();
    }
  }

  /** After the disk refused: the oldest segment goes if all in it is committed, so that there may be room for what is not. */
  void relieve() throws IOException {
    tidy();
    Segment oldest = segments.getFirst();
    if (oldest != segments.getLast() && oldest.entries().stream().noneMatch(JournalEntry::isUnsettled)) {
      List.copyOf(oldest.entries()).forEach(givenUp);
      segments.remove(oldest);
      oldest.delete();
    }
  }

  /** Begins a new segment: also after a failure of the disk, for nobody knows what of the last one is on it. */
  void roll() throws IOException {
    Segment next = Segment.create(directory, new SegmentHeader(id, lastNumber + 1));
    lastNumber++;
    segments.addLast(next);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private void makeRoom(int bytes) throws IOException {
    if (bytes() + bytes <= settings.mostBytes()) {
      return;
    }
    long unsettled = segments.stream().flatMap(one -> one.entries().stream()).filter(JournalEntry::isUnsettled)
        .mapToLong(one -> JournalFrame.PREFIX + (long) one.bodyLength()).sum();
    if (unsettled + bytes + settings.segmentMost() > settings.mostBytes()) {
      throw new JournalFullException();
    }
    while (bytes() + bytes > settings.mostBytes()) {
      if (segments.size() == 1) {
        roll();
      }
      evict(segments.getFirst());
    }
  }

  /** What is unsettled in it is first written anew, and on the disk there before it goes here. */
  private void evict(Segment oldest) throws IOException {
    for (JournalEntry entry : List.copyOf(oldest.entries())) {
      if (entry.isUnsettled()) {
        byte[] frame = oldest.frame(entry);
        int at = entry.position();
        int length = entry.bodyLength();
        if (segments.getLast().size() + frame.length > settings.segmentMost()) {
          roll();
        }
        segments.getLast().append(entry, frame);
        segments.getLast().force();
        overwrite(oldest, entry, at, length);
      } else {
        oldest.erase(entry);
        givenUp.accept(entry);
      }
    }
    oldest.force();
    segments.remove(oldest);
    oldest.delete();
  }

  private static void overwrite(Segment oldest, JournalEntry moved, int at, int length) throws IOException {
    JournalEntry before = new JournalEntry(moved.place(), moved.journal(), JournalEntry.State.ERASED, null);
    before.writtenAt(oldest, at, length);
    oldest.erase(before);
    oldest.entries().remove(moved);
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
    lock.close();
  }
}
