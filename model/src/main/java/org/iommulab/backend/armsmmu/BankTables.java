package org.iommulab.backend.armsmmu;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.lpae.LpaeEntries;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.Recomputable;

/** The walkers for the tables that TCR can describe, made when they are first asked for. */
final class BankTables {
    private static final int OUTPUT_64 = 48;
    private static final int OUTPUT_32 = 40;
    private static final List<Long> SIZES = List.of(
            1L << 12 | 1L << 21 | 1L << 30, // granule 0
            1L << 16 | 1L << 29, // 1
            1L << 14 | 1L << 25); // 2

    private final PhysicalMemory memory;

    @Recomputable
    private final Map<Key, Optional<Tables>> known = new HashMap<>();

    private record Key(LpaeVariant variant, int inputBits, int granule) {}

    /** How to walk, and how to say what was found. */
    record Tables(LpaeFormat format, RadixWalker walker, LpaeEntries words) {
        boolean holds(long input) {
            int bits = format.config().inputBits();
            return bits >= 64 || input >>> bits == 0;
        }
    }

    BankTables(PhysicalMemory memory) {
        this.memory = memory;
    }

    /**
     * @param granule the field TG0
     * @return empty where no such tables can be
     */
    Optional<Tables> of(LpaeVariant variant, int inputBits, int granule) {
        return known.computeIfAbsent(new Key(variant, inputBits, granule), this::make);
    }

    private Optional<Tables> make(Key key) {
        boolean wide = key.variant() == LpaeVariant.ARM_64_S1 || key.variant() == LpaeVariant.ARM_64_S2;
        if (key.granule() >= SIZES.size() || key.inputBits() < 16 || key.inputBits() > OUTPUT_64) {
            return Optional.empty();
        }
        return LpaeFormat.of(new LpaeConfig(
                        key.variant(),
                        key.inputBits(),
                        wide ? OUTPUT_64 : OUTPUT_32,
                        SIZES.get(wide ? key.granule() : 0),
                        Set.of(),
                        true))
                .map(format -> new Tables(
                        format, new RadixWalker(memory, format, format.levelNames()), new LpaeEntries(format)));
    }
}
