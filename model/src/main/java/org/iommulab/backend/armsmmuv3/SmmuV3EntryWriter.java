package org.iommulab.backend.armsmmuv3;

/**
 * arm_smmu_write_entry (6.12): changes an entry of several words, each of which the unit reads at once, so that it never
 * sees one that is neither the old nor the new. Where only one word's used bits change, there is no moment without an
 * entry; where more do, the entry is not valid for a moment.
 */
final class SmmuV3EntryWriter {
    private static final int WORDS = 4;

    private SmmuV3EntryWriter() {}

    /** An entry, whatever it is. */
    interface Entry {
        long word(int index);

        void write(int index, long value);

        /** Bits that the unit looks at in an entry with these words. */
        long[] used(long[] words);

        /** The unit forgets what it has of the entry. */
        void sync();
    }

    static void write(Entry entry, long[] target) {
        var current = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            current[i] = entry.word(i);
        }
        long[] currentUsed = entry.used(current);
        long[] targetUsed = entry.used(target);
        // what the old entry does not use may have its new value already
        var early = new long[WORDS];
        int different = 0;
        for (int i = 0; i < WORDS; i++) {
            early[i] = current[i] & currentUsed[i] | target[i] & ~currentUsed[i];
            if ((early[i] & targetUsed[i]) != target[i]) {
                different |= 1 << i;
            }
        }
        if (Integer.bitCount(different) == 1) {
            int critical = Integer.numberOfTrailingZeros(different);
            early[critical] = current[critical];
            set(entry, early, 0, WORDS);
            set(entry, target, critical, critical + 1);
            set(entry, target, 0, WORDS);
        } else if (different != 0) {
            early[0] = 0;
            set(entry, early, 0, 1);
            set(entry, target, 1, WORDS);
            set(entry, target, 0, 1);
        } else {
            set(entry, target, 0, WORDS);
        }
    }

    /** entry_set: a sync only where something changed. */
    private static void set(Entry entry, long[] words, int from, int to) {
        boolean changed = false;
        for (int i = from; i < to; i++) {
            if (entry.word(i) != words[i]) {
                entry.write(i, words[i]);
                changed = true;
            }
        }
        if (changed) {
            entry.sync();
        }
    }

    // ---- which bits count

    /** arm_smmu_get_ste_used. */
    static long[] usedOfStream(long[] words) {
        var used = new long[WORDS];
        var ste = SmmuV3Ste.of(words);
        used[0] = SmmuV3Ste.V;
        if (!ste.valid()) {
            return used;
        }
        used[0] |= SmmuV3Ste.CONFIG_MASK;
        if ((ste.config() & 1) != 0) {
            used[0] |= 3L << SmmuV3Ste.S1FMT | SmmuV3Ste.S1CONTEXTPTR | 31L << SmmuV3Ste.S1CDMAX;
            used[1] |= 0xffL | SmmuV3Ste.S1STALLD | 3L << SmmuV3Ste.EATS | 3L << SmmuV3Ste.STRW;
            used[2] |= SmmuV3Ste.VMID;
            if (ste.defaultSubstream() == SmmuV3Ste.DSS_BYPASS) {
                used[1] |= 3 * SmmuV3Ste.SHCFG_INCOMING;
            }
        }
        if ((ste.config() & 2) != 0) {
            used[1] |= 3L << SmmuV3Ste.EATS | 3 * SmmuV3Ste.SHCFG_INCOMING;
            used[2] |= SmmuV3Ste.VMID
                    | 0x7_ffffL << SmmuV3Ste.VTCR
                    | SmmuV3Ste.S2AA64
                    | SmmuV3Ste.S2ENDI
                    | SmmuV3Ste.S2PTW
                    | SmmuV3Ste.S2S
                    | SmmuV3Ste.S2R;
            used[3] |= SmmuV3Ste.S2TTB;
        }
        if (ste.config() == SmmuV3Ste.BYPASS) {
            used[1] |= 3 * SmmuV3Ste.SHCFG_INCOMING;
        }
        return used;
    }

    /** arm_smmu_get_cd_used. */
    static long[] usedOfContext(long[] words) {
        var cd = SmmuV3Cd.of(words);
        if (!cd.valid()) {
            return new long[] {SmmuV3Cd.V, 0, 0, 0};
        }
        if (!cd.walksDisabled()) {
            return new long[] {-1, -1, -1, -1};
        }
        long walk = 0x3f | 3L << SmmuV3Cd.TG0 | 3L << SmmuV3Cd.IR0 | 3L << SmmuV3Cd.OR0 | 3L << SmmuV3Cd.SH0;
        return new long[] {~walk, ~SmmuV3Cd.TTB0, -1, -1};
    }
}
