package org.iommulab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recomputable;
import org.iommulab.sim.StateStore;

/**
 * One bank of simulated RAM: bytes from {@code base}, little endian, all zero at first. Only what was written takes
 * room: the array behind it starts small and doubles. A word that is written far above everything else is kept beside it
 * ({@link FarMemory}) until a table comes near.
 *
 * <p>The hot paths of page tables work with {@code int} offsets into the bank ({@link #load32(int)}); everybody else
 * uses physical addresses ({@link #read32(long)}). Both must be multiples of 4, for 64-bit accesses too. Writes are
 * journaled as (number of the 64-bit word, old xor new).
 */
public final class PhysicalMemory implements StateStore {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private static final long LOW = 0xffff_ffffL;
    private static final int FIRST = 1 << 14;

    private static final long LONGEST = 8L * MOST_WORDS;

    /** From here on single words do not make the array grow. */
    private static final int FAR = 1 << 20;

    private final Machine machine;
    private final long base;
    private final long size;
    private final int firstPlace;

    /** {@link Machine#isJournaling}, one pointer nearer: each store asks. */
    @Recomputable
    private boolean journaling;

    private byte[] bytes = new byte[FIRST];
    private final FarMemory far;
    private int generation;

    /** Those that remember something now. */
    @Recomputable
    private final List<MemoryCache> caches = new ArrayList<>();

    /**
     * @param base physical address of the first byte, a multiple of 8
     * @param size bytes of RAM, a multiple of 8; at most the first 512 MiB can be written
     */
    public PhysicalMemory(Machine machine, long base, long size) {
        if ((base & 7) != 0 || (size & 7) != 0 || size <= 0) {
            throw new IllegalArgumentException("base and size of RAM must be multiples of 8");
        }
        this.machine = machine;
        this.journaling = machine.isJournaling();
        this.base = base;
        this.size = size;
        this.far = new FarMemory(machine);
        this.firstPlace = machine.addStore(this);
    }

    public long base() {
        return base;
    }

    public long size() {
        return size;
    }

    /** Whether all {@code length} bytes from this physical address are RAM. */
    public boolean contains(long address, long length) {
        long offset = address - base;
        return offset >= 0 && length >= 0 && offset <= size - length;
    }

    /**
     * Rises whenever content may have changed behind the back of somebody who caches it: the cursor moved, somebody
     * poked. A page table's own writes do not raise it.
     */
    public int generation() {
        return generation;
    }

    /** Tells all caches over this memory to forget. */
    public void raiseGeneration() {
        generation++;
        if (!caches.isEmpty()) {
            tellCaches();
        }
    }

    private void tellCaches() {
        var told = List.copyOf(caches);
        caches.clear();
        told.forEach(MemoryCache::memoryChanged);
    }

    /** Has a cache told, once, when the generation rises: it need not ask each time that it is used. */
    public void tell(MemoryCache cache) {
        caches.add(cache);
    }

    // ---- by physical address

    /**
     * What was never written is 0, and reading it takes no room.
     *
     * @throws IndexOutOfBoundsException outside RAM: ask {@link #contains} first
     * @throws IllegalArgumentException when the address is no multiple of 4
     */
    public int read32(long address) {
        long offset = check(address, 4);
        machine.looked(firstPlace + (int) (offset >>> 3));
        return offset + 4 <= bytes.length ? load32((int) offset) : far.load32(offset);
    }

    /** As {@link #read32}, but 64 bits; the address need be a multiple of 4 only. */
    public long read64(long address) {
        long offset = check(address, 8);
        if (offset + 8 <= bytes.length && (offset & 7) == 0) {
            machine.looked(firstPlace + (int) (offset >>> 3));
            return load64((int) offset);
        }
        return read32(address) & LOW | (long) read32(address + 4) << 32;
    }

    /** Writes, and tells the caches over this memory to forget: this may be anybody, also on top of a table. */
    public void write32(long address, int value) {
        long offset = check(address, 4);
        if (offset >= FAR && offset + 4 > bytes.length) {
            far.store32(offset, value, firstPlace, bytes.length);
        } else {
            store32(offset(address, 4), value);
        }
        raiseGeneration();
    }

    /** As {@link #write32}, but 64 bits; the address need be a multiple of 4 only. */
    public void write64(long address, long value) {
        long offset = check(address, 8);
        if (offset >= FAR && offset + 8 > bytes.length) {
            write32(address, (int) value);
            write32(address + 4, (int) (value >>> 32));
            return;
        }
        store64(offset(address, 8), value);
        raiseGeneration();
    }

    /**
     * The offset of an address in this bank, made ready to be used: {@code length} bytes from there can be loaded and
     * stored.
     *
     * @throws LimitReached when that is more memory than a run may have
     */
    public int offset(long address, int length) {
        long offset = check(address, length);
        if (offset + length > bytes.length) {
            grow(offset + length);
        }
        return (int) offset;
    }

    private long check(long address, int length) {
        long offset = address - base;
        if (offset < 0 || offset > size - length) {
            throw new IndexOutOfBoundsException("no RAM at 0x" + Long.toHexString(address));
        }
        if ((offset & 3) != 0) {
            throw new IllegalArgumentException("0x" + Long.toHexString(address) + " is not a multiple of 4");
        }
        return offset;
    }

    private void grow(long needed) {
        long most = Math.min(size, Math.min(machine.limits().memoryBytes(), LONGEST) & -8);
        if (needed > most) {
            throw new LimitReached("bytes of simulated memory", machine.limits().memoryBytes());
        }
        long wanted = Math.max(needed + 7 & -8, 2L * bytes.length);
        bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, most));
        far.giveUpTo(bytes.length >>> 3, (word, value) -> LONG.set(bytes, word << 3, value));
    }

    // ---- by offset, for the hot paths; the offset must come from offset()

    public int load32(int offset) {
        return (int) INT.get(bytes, offset);
    }

    public long load64(int offset) {
        return (long) LONG.get(bytes, offset);
    }

    public void store32(int offset, int value) {
        byte[] array = bytes;
        if (journaling) {
            long old = (long) LONG.get(array, offset & ~7);
            int shift = (offset & 4) << 3;
            long delta = ((old >>> shift ^ value) & LOW) << shift;
            if (delta == 0) {
                return;
            }
            machine.journal(firstPlace + (offset >>> 3), old, old ^ delta);
        }
        INT.set(array, offset, value);
    }

    public void store64(int offset, long value) {
        byte[] array = bytes;
        if (journaling) {
            if ((offset & 7) != 0) {
                store32(offset, (int) value);
                store32(offset + 4, (int) (value >>> 32));
                return;
            }
            long old = (long) LONG.get(array, offset);
            if (old == value) {
                return;
            }
            machine.journal(firstPlace + (offset >>> 3), old, value);
        }
        LONG.set(array, offset, value);
    }

    // ---- runs of neighbours by offset: loops over nothing but the array, so that they are compiled to vectors

    /** Whether {@code (word & mask) == value} for all of {@code count} 64-bit words. */
    public boolean allMatch64(int offset, int count, long mask, long value) {
        byte[] array = bytes;
        long wrong = 0;
        for (int i = 0; i < count; i++) {
            wrong |= (long) LONG.get(array, offset + (i << 3)) & mask ^ value;
        }
        return wrong == 0;
    }

    /** As {@link #allMatch64}, but 32-bit words. */
    public boolean allMatch32(int offset, int count, int mask, int value) {
        byte[] array = bytes;
        int wrong = 0;
        for (int i = 0; i < count; i++) {
            wrong |= (int) INT.get(array, offset + (i << 2)) & mask ^ value;
        }
        return wrong == 0;
    }

    /** Stores {@code first}, {@code first + step}, ... to so many 64-bit words. */
    public void storeRun64(int offset, int count, long first, long step) {
        if (journaling) {
            for (int i = 0; i < count; i++) {
                store64(offset + (i << 3), first + i * step);
            }
            return;
        }
        byte[] array = bytes;
        for (int i = 0; i < count; i++) {
            LONG.set(array, offset + (i << 3), first + i * step);
        }
    }

    /** As {@link #storeRun64}, but 32-bit words. */
    public void storeRun32(int offset, int count, int first, int step) {
        if (journaling) {
            for (int i = 0; i < count; i++) {
                store32(offset + (i << 2), first + i * step);
            }
            return;
        }
        byte[] array = bytes;
        for (int i = 0; i < count; i++) {
            INT.set(array, offset + (i << 2), first + i * step);
        }
    }

    /** Stores 0 to so many 32-bit words. */
    public void storeZeros32(int offset, int count) {
        if (journaling) {
            storeRun32(offset, count, 0, 0);
        } else {
            Arrays.fill(bytes, offset, offset + (count << 2), (byte) 0);
        }
    }

    /**
     * Sets a range to zero, journaled; address and length multiples of 8. The caches over this memory are told to
     * forget only when there was something to clear.
     */
    public void clear(long address, int length) {
        if (((address | length) & 7) != 0 || length < 0) {
            throw new IllegalArgumentException("address and length of a range to clear must be multiples of 8");
        }
        long start = check(address, length);
        if (start >= bytes.length && far.isZero(start, length)) {
            return;
        }
        int offset = offset(address, length);
        if (isZero(offset, length)) {
            return;
        }
        for (int at = offset; at < offset + length; at += 8) {
            if (load64(at) != 0) {
                store64(at, 0);
                raiseGeneration();
            }
        }
    }

    /**
     * Fills a fresh range with one 32-bit value: one entry of the journal, however long it is. Address and length
     * multiples of 8. A range that is not all zero is filled word by word.
     */
    public void fill32(long address, int length, int value) {
        if (((address | length) & 7) != 0 || length < 0) {
            throw new IllegalArgumentException("address and length of a range to fill must be multiples of 8");
        }
        int offset = offset(address, length);
        if (isZero(offset, length)) {
            machine.journalFill(firstPlace + (offset >>> 3), length >>> 3, value);
            for (int at = offset; at < offset + length; at += 4) {
                INT.set(bytes, at, value);
            }
        } else {
            for (int at = offset; at < offset + length; at += 4) {
                store32(at, value);
            }
        }
        raiseGeneration();
    }

    /** Whether a range is all zero; offset and length multiples of 4. */
    public boolean isZero(int offset, int length) {
        return Zeros.firstOther(bytes, offset, offset + length) < 0;
    }

    // ---- state store

    @Override
    public void journalBegins() {
        journaling = true;
    }

    @Override
    public void flip(int word, long delta) {
        raiseGeneration();
        int offset = word << 3;
        if (offset >= bytes.length) {
            far.set(word, far.word(word) ^ delta);
        } else {
            LONG.set(bytes, offset, (long) LONG.get(bytes, offset) ^ delta);
        }
    }

    @Override
    public long word(int word) {
        int offset = word << 3;
        return offset >= bytes.length ? far.word(word) : (long) LONG.get(bytes, offset);
    }

    @Override
    public int nextUsed(int word) {
        int from = word << 3;
        int used = Zeros.firstOther(bytes, from, bytes.length);
        return used >= 0 ? used >>> 3 : far.nextUsed(Math.max(from, bytes.length) >>> 3, words());
    }

    @Override
    public int words() {
        return Math.max(bytes.length >>> 3, far.end());
    }

    @Override
    public Object copy() {
        return new Copy(bytes.clone(), far.copy());
    }

    private record Copy(byte[] bytes, FarMemory far) {}

    @Override
    public void restore(Object copy) {
        raiseGeneration();
        byte[] saved = ((Copy) copy).bytes();
        System.arraycopy(saved, 0, bytes, 0, saved.length);
        Zeros.fill(bytes, saved.length);
        far.restore(((Copy) copy).far(), bytes.length >>> 3, (word, value) -> LONG.set(bytes, word << 3, value));
    }
}
