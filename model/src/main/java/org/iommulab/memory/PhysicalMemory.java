package org.iommulab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.iommulab.sim.Digests;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Machine;
import org.iommulab.sim.StateStore;

/**
 * One bank of simulated RAM: bytes from {@code base}, little endian, all zero at first. Only what was touched takes
 * room: the array behind it starts small and doubles.
 *
 * <p>The hot paths of page tables work with {@code int} offsets into the bank ({@link #load32(int)}); everybody else
 * uses physical addresses ({@link #read32(long)}). Writes are journaled as (offset, old xor new).
 */
public final class PhysicalMemory implements StateStore {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN).withInvokeExactBehavior();
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN).withInvokeExactBehavior();

    private static final long STORE32 = 1L << 62;
    private static final int FIRST = 1 << 14;

    private final Machine machine;
    private final long base;
    private final long size;
    private final long placeBits;
    private byte[] bytes = new byte[FIRST];
    private int generation;

    /**
     * @param base physical address of the first byte, a multiple of 8
     * @param size bytes of RAM, a multiple of 8
     */
    public PhysicalMemory(Machine machine, long base, long size) {
        if ((base & 7) != 0 || (size & 7) != 0 || size <= 0) {
            throw new IllegalArgumentException("base and size of RAM must be multiples of 8");
        }
        this.machine = machine;
        this.base = base;
        this.size = size;
        this.placeBits = (long) machine.addStore(this) << 56;
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
    }

    // ---- by physical address

    /** @throws IndexOutOfBoundsException outside RAM: ask {@link #contains} first */
    public int read32(long address) {
        return load32(offset(address, 4));
    }

    public long read64(long address) {
        return load64(offset(address, 8));
    }

    public void write32(long address, int value) {
        store32(offset(address, 4), value);
    }

    public void write64(long address, long value) {
        store64(offset(address, 8), value);
    }

    /** The offset of an address in this bank, made ready to be used. */
    public int offset(long address, int length) {
        long offset = address - base;
        if (offset < 0 || offset > size - length) {
            throw new IndexOutOfBoundsException("no RAM at 0x" + Long.toHexString(address));
        }
        if (offset + length > bytes.length) {
            grow(offset + length);
        }
        return (int) offset;
    }

    private void grow(long needed) {
        if (needed > machine.limits().memoryBytes()) {
            throw new LimitReached("bytes of simulated memory", machine.limits().memoryBytes());
        }
        long wanted = Math.max(needed, 2L * bytes.length);
        bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Math.min(size, machine.limits().memoryBytes())));
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
        if (machine.isJournaling()) {
            int old = (int) INT.get(array, offset);
            if (old == value) {
                return;
            }
            long place = placeBits | STORE32 | offset;
            long before = wordAt(place);
            INT.set(array, offset, value);
            machine.journal(this, place, (old ^ value) & 0xffff_ffffL, before, wordAt(place));
        } else {
            INT.set(array, offset, value);
        }
    }

    public void store64(int offset, long value) {
        byte[] array = bytes;
        if (machine.isJournaling()) {
            long old = (long) LONG.get(array, offset);
            if (old == value) {
                return;
            }
            LONG.set(array, offset, value);
            machine.journal(this, placeBits | offset, old ^ value, old, value);
        } else {
            LONG.set(array, offset, value);
        }
    }

    /** Sets a range to zero, journaled; offset and length multiples of 8. */
    public void clear(long address, int length) {
        int offset = offset(address, length);
        for (int at = offset; at < offset + length; at += 8) {
            store64(at, 0);
        }
    }

    // ---- state store

    @Override
    public void flip(long place, long delta) {
        generation++;
        int offset = (int) place;
        if ((place & STORE32) != 0) {
            INT.set(bytes, offset, (int) INT.get(bytes, offset) ^ (int) delta);
        } else {
            LONG.set(bytes, offset, (long) LONG.get(bytes, offset) ^ delta);
        }
    }

    @Override
    public long wordAt(long place) {
        return (long) LONG.get(bytes, (int) place & ~7);
    }

    @Override
    public long wordNumber(long place) {
        return ((place >>> 56 & 0x1f) << 32) + ((int) place >>> 3);
    }

    @Override
    public Object copy() {
        return bytes.clone();
    }

    @Override
    public void restore(Object copy) {
        generation++;
        byte[] saved = (byte[]) copy;
        System.arraycopy(saved, 0, bytes, 0, saved.length);
        Arrays.fill(bytes, saved.length, bytes.length, (byte) 0);
    }

    @Override
    public long digest() {
        long digest = 0;
        for (int offset = 0; offset + 8 <= bytes.length; offset += 8) {
            digest ^= Digests.ofWord(wordNumber(placeBits | offset), (long) LONG.get(bytes, offset));
        }
        return digest;
    }
}
