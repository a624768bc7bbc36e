package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import org.iommulab.backend.armsmmuv3.SmmuV3Configs.Entry;
import org.iommulab.backend.armsmmuv3.SmmuV3Configs.Failed;
import org.iommulab.backend.armsmmuv3.SmmuV3Configs.Fetched;
import org.iommulab.backend.armsmmuv3.SmmuV3Event.Type;
import org.iommulab.memory.PhysicalMemory;

/** What the unit is told to do with a stream: from its stream table entry and, for stage 1, its context descriptor. */
final class SmmuV3Streams {
    private static final int STALL_MODEL_NONE = 1;
    /** S1Fmt: tables of the second level of 4 KiB, or 64 KiB. */
    private static final int FORMAT_SMALL_SECOND_LEVEL = 1;

    private static final int SMALL_L2_SHIFT = 6;

    private final SmmuV3Registers registers;
    private final SmmuV3Configs configs;
    private final SmmuV3Walk walk;
    private final PhysicalMemory memory;
    private final SmmuV3Stage.Shapes shapes = new SmmuV3Stage.Shapes();

    SmmuV3Streams(SmmuV3Registers registers, SmmuV3Configs configs, SmmuV3Walk walk, PhysicalMemory memory) {
        this.registers = registers;
        this.configs = configs;
        this.walk = walk;
        this.memory = memory;
    }

    /** What a stream's accesses meet. */
    sealed interface Stream {}

    /** They pass as they are. */
    record Bypass(SmmuV3Ste ste) implements Stream {}

    /** They are refused without a word. */
    record Abort(SmmuV3Ste ste) implements Stream {}

    /** @param recorded whether the unit tells of it */
    record Bad(Type type, long address, boolean recorded) implements Stream {}

    /**
     * They are translated.
     *
     * @param cd of stage 1, if there is one
     * @param one stage 1; empty as well where the descriptor switches walks off
     * @param two stage 2
     */
    record Translated(SmmuV3Ste ste, Optional<SmmuV3Cd> cd, Optional<SmmuV3Stage> one, Optional<SmmuV3Stage> two)
            implements Stream {
        SmmuV3Tlb.Tag tag() {
            boolean el2 = ste.streamWorld() >= 2 && two.isEmpty();
            return new SmmuV3Tlb.Tag(cd.map(SmmuV3Cd::asid).orElse(0), ste.vmid(), cd.isPresent(), el2);
        }

        /** The table that a walk begins with. */
        long root() {
            return one.or(() -> two).map(SmmuV3Stage::base).orElse(0L);
        }
    }

    /**
     * @param ssid the access's substream; negative for none
     * @param live whether an access happens: then there are events, and what was read is kept
     */
    Stream of(int sid, int ssid, boolean live) {
        return switch (configs.ste(sid, live)) {
            case Failed(Type type, long address) ->
                new Bad(type, address, type != Type.C_BAD_STREAMID || recordsUnknownIds());
            case Entry(SmmuV3Ste ste) -> of(sid, ssid, ste, live);
        };
    }

    private boolean recordsUnknownIds() {
        return (registers.get32(SmmuV3Layout.CR2) & SmmuV3Layout.CR2_RECINVSID) != 0;
    }

    private Stream of(int sid, int ssid, SmmuV3Ste ste, boolean live) {
        SmmuV3Idr idr = registers.idr();
        if (!ste.valid()) {
            return new Bad(Type.C_BAD_STE, 0, true);
        }
        if (ste.aborts()) {
            return new Abort(ste);
        }
        if (ssid >= 0 && !ste.stageOne()) {
            return new Bad(Type.C_BAD_SUBSTREAMID, 0, true);
        }
        if (ste.config() == SmmuV3Ste.BYPASS) {
            return new Bypass(ste);
        }
        if (ste.stageOne() && !idr.stageOne()
                || ste.stageTwo() && !idr.stageTwo()
                || stallsAreIllegal(ste.s2Stalls())) {
            return new Bad(Type.C_BAD_STE, 0, true);
        }
        Optional<SmmuV3Stage> two = Optional.empty();
        if (ste.stageTwo()) {
            two = SmmuV3Stage.two(shapes, idr, ste);
            if (two.isEmpty()) {
                return new Bad(Type.C_BAD_STE, 0, true);
            }
        }
        return ste.stageOne()
                ? stageOne(sid, ssid, ste, two, live)
                : new Translated(ste, Optional.empty(), Optional.empty(), two);
    }

    private boolean stallsAreIllegal(boolean asked) {
        return asked && (registers.idr().idr0() >>> SmmuV3Idr.STALL_MODEL & 3) == STALL_MODEL_NONE;
    }

    private Stream stageOne(int sid, int ssid, SmmuV3Ste ste, Optional<SmmuV3Stage> two, boolean live) {
        if (ste.cdMax() > registers.idr().substreamBits()) {
            return new Bad(Type.C_BAD_STE, 0, true);
        }
        if (ssid >= 0 && (ste.cdMax() == 0 || ssid >>> ste.cdMax() != 0)) {
            return new Bad(Type.C_BAD_SUBSTREAMID, 0, true);
        }
        if (ssid == 0 && ste.defaultSubstream() == SmmuV3Ste.DSS_SSID0) {
            // its descriptor is for accesses without a substream (Arm's specification, "F_STREAM_DISABLED")
            return new Bad(Type.F_STREAM_DISABLED, 0, true);
        }
        boolean without = ssid < 0 && ste.cdMax() > 0;
        if (without && ste.defaultSubstream() == SmmuV3Ste.DSS_TERMINATE) {
            return new Bad(Type.F_STREAM_DISABLED, 0, true);
        }
        if (without && ste.defaultSubstream() == SmmuV3Ste.DSS_BYPASS) {
            return two.isPresent() ? new Translated(ste, Optional.empty(), Optional.empty(), two) : new Bypass(ste);
        }
        return switch (cd(sid, Math.max(ssid, 0), ste, two, live)) {
            case Failed(Type type, long address) -> new Bad(type, address, true);
            case Entry(SmmuV3Cd cd) -> stageOne(ste, cd, two);
        };
    }

    private Stream stageOne(SmmuV3Ste ste, SmmuV3Cd cd, Optional<SmmuV3Stage> two) {
        if (!cd.valid() || stallsAreIllegal(cd.stalls())) {
            return new Bad(Type.C_BAD_CD, 0, true);
        }
        Optional<SmmuV3Stage> one = SmmuV3Stage.one(shapes, registers.idr(), cd);
        if (one.isEmpty() && !cd.walksDisabled()) {
            return new Bad(Type.C_BAD_CD, 0, true);
        }
        return new Translated(ste, Optional.of(cd), cd.walksDisabled() ? Optional.empty() : one, two);
    }

    private Fetched<SmmuV3Cd> cd(int sid, int ssid, SmmuV3Ste ste, Optional<SmmuV3Stage> two, boolean live) {
        if (configs.keepsCd(sid, ssid)) {
            return new Entry<>(configs.cdKept(sid, ssid, live));
        }
        return switch (cdAddress(ste, ssid, two)) {
            case Failed(Type type, long address) -> new Failed<>(type, address);
            case Entry(Long address) -> configs.cdAt(sid, ssid, address, live);
        };
    }

    /** Where the descriptor of a substream is; accesses without one have the first. */
    Fetched<Long> cdAddress(SmmuV3Ste ste, int ssid, Optional<SmmuV3Stage> two) {
        boolean levels = ste.cdMax() > 0
                && (ste.cdFormat() == SmmuV3Ste.FORMAT_TWO_LEVELS || ste.cdFormat() == FORMAT_SMALL_SECOND_LEVEL);
        if (!levels) {
            return physical(ste.cdTable() + (long) ssid * SmmuV3Cd.BYTES, two);
        }
        int shift = ste.cdFormat() == SmmuV3Ste.FORMAT_TWO_LEVELS ? SmmuV3Cd.L2_SHIFT : SMALL_L2_SHIFT;
        if (!(physical(ste.cdTable() + (ssid >>> shift) * 8L, two) instanceof Entry(Long first))) {
            return new Failed<>(Type.F_CD_FETCH, ste.cdTable());
        }
        if (!memory.contains(first, 8)) {
            return new Failed<>(Type.F_CD_FETCH, first);
        }
        long descriptor = memory.read64(first);
        long within = (long) (ssid & (1 << shift) - 1) * SmmuV3Cd.BYTES;
        return (descriptor & SmmuV3Cd.L1_V) == 0
                ? new Failed<>(Type.C_BAD_SUBSTREAMID, 0)
                : physical((descriptor & SmmuV3Cd.L1_ADDRESS) + within, two);
    }

    private Fetched<Long> physical(long address, Optional<SmmuV3Stage> two) {
        if (two.isEmpty()) {
            return new Entry<>(address);
        }
        return switch (walk.one(two.get(), address, false, SmmuV3Walk.Step.SILENT)) {
            case SmmuV3Walk.Found found -> new Entry<>(found.output(address));
            case SmmuV3Walk.Failed failed -> new Failed<>(failed.type(), address);
        };
    }
}
