package dev.authpipe.proxy.egress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Reads sizes that adapt, into arrays: the JDK's AES-GCM decrypts from array to array in one pass of fused instructions, and from a buffer outside of
 * the heap by way of copies. For connections with TLS only.
 */
@SuppressWarnings("deprecation") // Handle is what an allocator is asked for still
final class HeapReads extends AdaptiveRecvByteBufAllocator {
  /** In one turn of the loop, as the channel's own allocator does. */
  private static final int READS = 16;

  HeapReads() {
    maxMessagesPerRead(READS);
  }

  @Override
  public Handle newHandle() {
    return new Reads((ExtendedHandle) super.newHandle());
  }

  private static final class Reads extends RecvByteBufAllocator.DelegatingHandle implements RecvByteBufAllocator.ExtendedHandle {
    private final ExtendedHandle sizes;

    private Reads(ExtendedHandle sizes) {
      super(sizes);
      this.sizes = sizes;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.heapBuffer(guess());
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return sizes.continueReading(maybeMoreData);
    }
  }
}
