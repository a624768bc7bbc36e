package org.iommulab.pagetable.lpae;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values that a driver writes to its unit's registers for a table, as io-pgtable-arm gives them. */
public sealed interface LpaeRegisters {
    /** Index 0 not cached, 1 write back, 2 device, 3 inner not cached and outer write back. */
    int MAIR = 0xf404ff44;

    /** Mali's indices 0 implementation defined, 1 write allocate, 2 implementation defined. */
    long MALI_MEMORY_ATTRIBUTES = 0x888d88;

    List<Integer> WIDTHS = List.of(32, 36, 40, 42, 44, 48, 52);

    /** By the names of the kernel's structures, {@code tcr.ips}. */
    Map<String, Long> byName();

    /**
     * How the walker reads the tables, and how wide addresses are.
     *
     * @param size the field's number of the output size
     * @param granule the field's number of the granule, which is another for each of the two table bases
     * @param shareability 2 outer, 3 inner
     * @param outer 0 not cached, 1 write back
     * @param inner likewise
     * @param bits 64 minus the width of an input address
     */
    record Control(int size, int granule, int shareability, int outer, int inner, int bits) {}

    /** Stage 1: TTBR, TCR and MAIR. */
    record StageOne(long ttbr, Control tcr, long mair) implements LpaeRegisters {
        @Override
        public Map<String, Long> byName() {
            var names = new LinkedHashMap<String, Long>();
            names.put("ttbr", ttbr);
            put(names, "tcr.", "ips", tcr);
            names.put("tcr.tsz", (long) tcr.bits());
            names.put("mair", mair);
            return names;
        }
    }

    /**
     * Stage 2: VTTBR and VTCR.
     *
     * @param startLevel the field SL0
     */
    record StageTwo(long vttbr, Control vtcr, int startLevel) implements LpaeRegisters {
        @Override
        public Map<String, Long> byName() {
            var names = new LinkedHashMap<String, Long>();
            names.put("vttbr", vttbr);
            put(names, "vtcr.", "ps", vtcr);
            names.put("vtcr.sl", (long) startLevel);
            names.put("vtcr.tsz", (long) vtcr.bits());
            return names;
        }
    }

    /** Mali's TRANSTAB and MEMATTR. */
    record Mali(long transtab, long memattr) implements LpaeRegisters {
        @Override
        public Map<String, Long> byName() {
            var names = new LinkedHashMap<String, Long>();
            names.put("transtab", transtab);
            names.put("memattr", memattr);
            return names;
        }
    }

    private static void put(Map<String, Long> names, String register, String size, Control control) {
        names.put(register + size, (long) control.size());
        names.put(register + "tg", (long) control.granule());
        names.put(register + "sh", (long) control.shareability());
        names.put(register + "orgn", (long) control.outer());
        names.put(register + "irgn", (long) control.inner());
    }

    /** Whether a register can say that an output address has this many bits. */
    static boolean knows(int outputBits) {
        return WIDTHS.contains(outputBits);
    }

    /** @param base physical address of the root */
    static LpaeRegisters of(LpaeFormat format, long base) {
        return switch (format.config().variant()) {
            // The kernel shifts attribute 3 as a signed int, so the upper half of MAIR is all ones.
            case ARM_64_S1, ARM_32_S1 -> new StageOne(base, control(format), MAIR);
            case ARM_64_S2, ARM_32_S2 -> new StageTwo(base, control(format), startLevel(format));
            case MALI -> new Mali(base | 7 | (format.config().coherentWalk() ? 1 << 4 : 0), MALI_MEMORY_ATTRIBUTES);
        };
    }

    private static Control control(LpaeFormat format) {
        LpaeConfig config = format.config();
        boolean coherent = config.coherentWalk();
        return new Control(
                WIDTHS.indexOf(config.outputBits()),
                granule(format.granuleShift(), config.has(LpaeQuirk.ARM_TTBR1)),
                coherent ? 3 : 2,
                coherent || config.has(LpaeQuirk.ARM_OUTER_WBWA) ? 1 : 0,
                coherent ? 1 : 0,
                64 - config.inputBits());
    }

    private static int granule(int shift, boolean upperHalf) {
        return switch (shift) {
            case 12 -> upperHalf ? 2 : 0;
            case 14 -> upperHalf ? 1 : 2;
            default -> upperHalf ? 3 : 1;
        };
    }

    /** SL0 counts the other way round, and for the 4 KiB granule from one level further down. */
    private static int startLevel(LpaeFormat format) {
        int level = format.granuleShift() == 12 ? format.startLevel() + 1 : format.startLevel();
        return ~level & 3;
    }
}
