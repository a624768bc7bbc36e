package org.iommulab.backend.armsmmuv3;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.armsmmuv3.SmmuV3Event.Type;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * Reads stream table entries and context descriptors, and keeps them: until a command drops one, memory is not looked at
 * again. How many a unit keeps is its own affair; 32 of each here.
 */
final class SmmuV3Configs {
    private static final int SLOTS = 32;
    private static final int CELLS = 5;
    private static final long STREAM = 0xffff_ffffL;
    private static final Term L1 = Term.hex("stream table, level 1");
    private static final Term STE = Term.hex("stream table entry");
    private static final Term STE_KEPT = Term.hex("stream table entry, kept");
    private static final Term CD = Term.hex("context descriptor");
    private static final Term CD_KEPT = Term.hex("context descriptor, kept");

    private final Machine machine;
    private final IommuUnit unit;
    private final SmmuV3Registers registers;
    private final PhysicalMemory memory;
    private final int stes;
    private final int cds;

    SmmuV3Configs(IommuUnit unit, SmmuV3Registers registers, PhysicalMemory memory) {
        this.machine = unit.machine();
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.stes = machine.newCells(SLOTS * CELLS);
        this.cds = machine.newCells(SLOTS * CELLS);
    }

    /** What a fetch finds. */
    sealed interface Fetched<T> {}

    record Entry<T>(T value) implements Fetched<T> {}

    /** @param address what could not be read; 0 where nothing was read */
    record Failed<T>(Type type, long address) implements Fetched<T> {}

    // ---- where a stream's entry is

    /** A stream table entry's place, or why it has none; and the first-level descriptor on the way. */
    sealed interface Place {}

    record At(long address) implements Place {}

    record Nowhere(Type type, long address) implements Place {}

    Place place(int sid, boolean live) {
        if (registers.log2Ids() < Integer.SIZE && sid >>> registers.log2Ids() != 0) {
            return new Nowhere(Type.C_BAD_STREAMID, 0);
        }
        if (!registers.twoLevels()) {
            return new At(registers.streamTable() + (sid & 0xffff_ffffL) * SmmuV3Ste.BYTES);
        }
        long at = levelOneAddress(sid);
        if (!memory.contains(at, 8)) {
            return new Nowhere(Type.F_STE_FETCH, at);
        }
        long descriptor = memory.read64(at);
        if (live) {
            machine.emit(EventKind.WALK_READ, Lane.DMA, L1, unit, at, descriptor);
        }
        int span = (int) descriptor & SmmuV3Layout.L1_SPAN;
        long index = sid & (1L << registers.split()) - 1;
        if (span == 0 || index >= 1L << span - 1) {
            return new Nowhere(Type.C_BAD_STREAMID, 0);
        }
        return new At((descriptor & SmmuV3Layout.L1_ADDRESS) + index * SmmuV3Ste.BYTES);
    }

    long levelOneAddress(int sid) {
        return registers.streamTable() + ((sid & 0xffff_ffffL) >>> registers.split()) * 8;
    }

    // ---- stream table entries

    boolean keepsSte(int sid) {
        return keeps(stes, key(sid, 0));
    }

    /** The entry that counts now; read from memory if it is not kept, and kept from then on. */
    Fetched<SmmuV3Ste> ste(int sid, boolean live) {
        if (keeps(stes, key(sid, 0))) {
            SmmuV3Ste kept = SmmuV3Ste.of(kept(stes, key(sid, 0)));
            if (live) {
                machine.emit(EventKind.WALK_READ, Lane.DMA, STE_KEPT, unit, sid, kept.w0());
            }
            return new Entry<>(kept);
        }
        return switch (place(sid, live)) {
            case Nowhere(Type type, long address) -> new Failed<>(type, address);
            case At(long address) -> {
                if (!memory.contains(address, SmmuV3Ste.BYTES)) {
                    yield new Failed<>(Type.F_STE_FETCH, address);
                }
                long[] words = read(address, SmmuV3Ste.WORDS);
                if (live) {
                    machine.emit(EventKind.WALK_READ, Lane.DMA, STE, unit, address, words[0]);
                    keep(stes, key(sid, 0), words);
                }
                yield new Entry<>(SmmuV3Ste.of(words));
            }
        };
    }

    // ---- context descriptors

    boolean keepsCd(int sid, int ssid) {
        return keeps(cds, key(sid, ssid));
    }

    SmmuV3Cd cdKept(int sid, int ssid, boolean live) {
        SmmuV3Cd cd = SmmuV3Cd.of(kept(cds, key(sid, ssid)));
        if (live) {
            machine.emit(EventKind.WALK_READ, Lane.DMA, CD_KEPT, unit, sid, cd.w0());
        }
        return cd;
    }

    /** The descriptor at a physical address, kept for the stream's substream from now on. */
    Fetched<SmmuV3Cd> cdAt(int sid, int ssid, long address, boolean live) {
        if (!memory.contains(address, SmmuV3Cd.BYTES)) {
            return new Failed<>(Type.F_CD_FETCH, address);
        }
        long[] words = read(address, SmmuV3Cd.WORDS);
        if (live) {
            machine.emit(EventKind.WALK_READ, Lane.DMA, CD, unit, address, words[0]);
            keep(cds, key(sid, ssid), words);
        }
        return new Entry<>(SmmuV3Cd.of(words));
    }

    // ---- the slots

    /** A stream, or one of its substreams; 0 is the first, and the stream itself. */
    private static long key(int sid, int ssid) {
        return sid & STREAM | (long) ssid << Integer.SIZE;
    }

    private static int slot(int cells, long key) {
        return cells + (int) (key + (key >>> Integer.SIZE) * 5 & SLOTS - 1) * CELLS;
    }

    private boolean keeps(int cells, long key) {
        return machine.load(slot(cells, key)) == key + 1;
    }

    private long[] kept(int cells, long key) {
        int at = slot(cells, key) + 1;
        return new long[] {machine.load(at), machine.load(at + 1), machine.load(at + 2), machine.load(at + 3)};
    }

    private void keep(int cells, long key, long[] words) {
        int at = slot(cells, key);
        machine.store(at, key + 1);
        for (int i = 0; i < words.length; i++) {
            machine.store(at + 1 + i, words[i]);
        }
    }

    private long[] read(long address, int words) {
        var read = new long[words];
        for (int i = 0; i < words; i++) {
            read[i] = memory.read64(address + 8L * i);
        }
        return read;
    }

    // ---- dropping

    /** Drops the entries of ids that are the same from this bit on, and what hangs on them; how many. */
    int dropStreams(int sid, int lowBits) {
        int dropped = 0;
        for (int cells : new int[] {stes, cds}) {
            for (int i = 0; i < SLOTS; i++) {
                int slot = cells + i * CELLS;
                long tag = machine.load(slot);
                if (tag != 0
                        && (lowBits >= Integer.SIZE
                                || (tag - 1 ^ sid & STREAM) << Integer.SIZE >>> Integer.SIZE + lowBits == 0)) {
                    machine.store(slot, 0);
                    dropped++;
                }
            }
        }
        return dropped;
    }

    int dropCd(int sid, int ssid) {
        if (!keepsCd(sid, ssid)) {
            return 0;
        }
        machine.store(slot(cds, key(sid, ssid)), 0);
        return 1;
    }

    /** The descriptors of all substreams. */
    int dropCds(int sid) {
        int dropped = 0;
        for (int i = 0; i < SLOTS; i++) {
            int slot = cds + i * CELLS;
            long tag = machine.load(slot);
            if (tag != 0 && (tag - 1 & STREAM) == (sid & STREAM)) {
                machine.store(slot, 0);
                dropped++;
            }
        }
        return dropped;
    }

    /** Ids whose entries are kept. */
    List<Integer> keptStreams() {
        var ids = new ArrayList<Integer>();
        for (int i = 0; i < SLOTS; i++) {
            long tag = machine.load(stes + i * CELLS);
            if (tag != 0) {
                ids.add((int) (tag - 1));
            }
        }
        return ids;
    }
}
