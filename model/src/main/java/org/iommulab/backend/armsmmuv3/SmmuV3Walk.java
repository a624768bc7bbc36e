package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import org.iommulab.backend.armsmmuv3.SmmuV3Event.Type;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;

/** Walks the tables of one stage or of both, entry by entry. In a nested stream every address of stage 1 is stage 2's input. */
final class SmmuV3Walk {
    private static final long ACCESS_FLAG = 1 << 10;
    private static final int ENTRY_BYTES = 8;

    private final PhysicalMemory memory;

    SmmuV3Walk(PhysicalMemory memory) {
        this.memory = memory;
    }

    /** Hears each entry that a walk reads. */
    interface Step {
        Step SILENT = (stage, level, table, index, entry) -> {};

        /** @param level from the root, which is 0 */
        void read(SmmuV3Stage stage, int level, long table, int index, long entry);
    }

    /** How a walk ends. */
    sealed interface Result {}

    /**
     * At a leaf.
     *
     * @param page first output address
     * @param level Arm's number of it
     */
    record Found(long page, long bytes, int prot, int level, int granuleShift) implements Result {
        long output(long input) {
            return page | input & bytes - 1;
        }
    }

    /**
     * In a fault.
     *
     * @param ofTable whether it was a table's own address that could not be translated or read
     * @param ipa what stage 2 was asked for
     */
    record Failed(Type type, boolean stageTwo, boolean ofTable, long ipa) implements Result {}

    /** One stage. */
    Result one(SmmuV3Stage stage, long input, boolean accessFlagIgnored, Step step) {
        return follow(stage, input, accessFlagIgnored, Optional.empty(), step);
    }

    /** Stage 1 whose tables are where stage 2 says, and then stage 2 for what comes out. */
    Result both(SmmuV3Stage first, SmmuV3Stage second, long input, boolean accessFlagIgnored, Step step) {
        Result one = follow(first, input, accessFlagIgnored, Optional.of(second), step);
        if (!(one instanceof Found found)) {
            return one;
        }
        long ipa = found.output(input);
        return switch (one(second, ipa, false, step)) {
            case Failed(Type type, boolean _, boolean _, long _) -> new Failed(type, true, false, ipa);
            case Found below -> {
                long bytes = Math.min(found.bytes(), below.bytes());
                yield new Found(
                        below.output(ipa) & -bytes,
                        bytes,
                        found.prot() & below.prot(),
                        Math.max(found.level(), below.level()),
                        found.granuleShift());
            }
        };
    }

    private Result follow(
            SmmuV3Stage stage, long input, boolean accessFlagIgnored, Optional<SmmuV3Stage> below, Step step) {
        if (!stage.takes(input)) {
            return fault(stage, Type.F_TRANSLATION, input);
        }
        Level[] levels = stage.shape().levels();
        int firstLevel = stage.shape().format().startLevel();
        long table = stage.base();
        for (int level = 0; level < levels.length; level++) {
            int index = levels[level].index(input);
            long address = table + (long) index * ENTRY_BYTES;
            if (below.isPresent()) {
                Result where = one(below.get(), address, false, step);
                if (!(where instanceof Found found)) {
                    return new Failed(((Failed) where).type(), true, true, address);
                }
                address = found.output(address);
            }
            if (!memory.contains(address, ENTRY_BYTES)) {
                return new Failed(Type.F_WALK_EABT, stage.stageTwo(), true, stage.stageTwo() ? input : 0);
            }
            long entry = memory.read64(address);
            step.read(stage, level, table, index, entry);
            Kind kind = levels[level].kind(entry);
            if (kind == Kind.LEAF || kind == Kind.REPLICATED) {
                return leaf(stage, levels[level], entry, accessFlagIgnored, input, firstLevel + level);
            }
            if (kind == Kind.EMPTY || level + 1 == levels.length) {
                break;
            }
            table = levels[level].tableAddress(entry);
            if (table >>> stage.outputBits() != 0) {
                return fault(stage, Type.F_ADDR_SIZE, input);
            }
        }
        return fault(stage, Type.F_TRANSLATION, input);
    }

    private static Result leaf(
            SmmuV3Stage stage, Level level, long entry, boolean accessFlagIgnored, long input, int number) {
        if (level.output(entry) >>> stage.outputBits() != 0) {
            return fault(stage, Type.F_ADDR_SIZE, input);
        }
        if ((entry & ACCESS_FLAG) == 0 && !accessFlagIgnored) {
            return fault(stage, Type.F_ACCESS, input);
        }
        int prot = level.prot(entry | ACCESS_FLAG) & (Prot.READ | Prot.WRITE);
        return new Found(
                level.output(entry),
                level.leafBytes(entry),
                prot,
                number,
                stage.shape().format().granuleShift());
    }

    private static Failed fault(SmmuV3Stage stage, Type type, long input) {
        return new Failed(type, stage.stageTwo(), false, stage.stageTwo() ? input : 0);
    }
}
