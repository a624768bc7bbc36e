package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The stream table in memory (arm_smmu_init_strtab, arm_smmu_init_l2_strtab). With two levels a table of the second level
 * is made when the first stream of its 256 appears.
 */
final class SmmuV3StreamTable {
    /** STRTAB_L1_SZ_SHIFT: 1 MiB of first level at most. */
    private static final int MOST_L1_BITS = 17;

    private static final Term ONLY_COVERS = LogText.of("<4>2-level strtab only covers %d/%d bits of SID");
    private static final Term LEVEL_ONE = Term.hex("stream table, level 1");
    private static final Term INITIAL =
            Term.of("initial stream table entries", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final List<Term> WORDS =
            List.of(Term.hex("STE word 0"), Term.hex("STE word 1"), Term.hex("STE word 2"), Term.hex("STE word 3"));

    private final Site site;
    private final SmmuV3Device smmu;
    private final SmmuV3Options options;
    private final SimObject device;
    private final LongCell table;
    private final LongCell idBits;

    SmmuV3StreamTable(Site site, SmmuV3Device smmu, SmmuV3Options options) {
        this.site = site;
        this.smmu = smmu;
        this.options = options;
        this.device = smmu.device();
        this.table = new LongCell(device, Lane.DRIVER, Term.hex("strtab_dma"));
        this.idBits = new LongCell(device, Lane.DRIVER, Term.count("strtab bits"));
    }

    private boolean twoLevels() {
        return smmu.has(SmmuV3Feature.TWO_LEVEL_STREAM_TABLE);
    }

    /** arm_smmu_init_strtab: a linear table is filled at once. */
    void allocate() {
        int sidBits = smmu.idr().idBits();
        if (!twoLevels()) {
            idBits.setQuietly(sidBits);
            table.set(take(SmmuV3Ste.BYTES << sidBits));
            initialise(table.get(), 1 << sidBits);
            return;
        }
        int levelOne = Math.min(MOST_L1_BITS, sidBits - SmmuV3Layout.SPLIT);
        idBits.setQuietly(levelOne + SmmuV3Layout.SPLIT);
        if (idBits.get() < sidBits) {
            site.kernel().log().line(ONLY_COVERS, device, idBits.get(), sidBits);
        }
        table.set(take(8 << levelOne));
    }

    private long take(int bytes) {
        long address = site.frames().allocate(bytes, Math.max(4096, Integer.highestOneBit(2 * bytes - 1)));
        site.memory().clear(address, bytes);
        return address;
    }

    /** What the registers are told. */
    void writeRegisters() {
        smmu.registers().write64(SmmuV3Layout.STRTAB_BASE, SmmuV3Layout.ALLOCATE_HINT | table.get());
        int levels = twoLevels() ? SmmuV3Layout.TWO_LEVELS | SmmuV3Layout.SPLIT << SmmuV3Layout.SPLIT_SHIFT : 0;
        smmu.registers().write32(SmmuV3Layout.STRTAB_BASE_CFG, levels | (int) idBits.get());
    }

    /** arm_smmu_init_sid_strtab: -ERANGE for an id that the table does not have. */
    long initStream(int sid) {
        if (sid >>> idBits.get() != 0) {
            return Errno.ERANGE.negative();
        }
        if (twoLevels() && site.memory().read64(levelOne(sid)) == 0) {
            int bytes = SmmuV3Ste.BYTES << SmmuV3Layout.SPLIT;
            long second = take(bytes);
            initialise(second, 1 << SmmuV3Layout.SPLIT);
            long descriptor = second | SmmuV3Layout.SPLIT + 1;
            site.memory().write64(levelOne(sid), descriptor);
            emit(LEVEL_ONE, levelOne(sid), descriptor);
        }
        return 0;
    }

    private long levelOne(int sid) {
        return table.get() + (sid >>> SmmuV3Layout.SPLIT) * 8L;
    }

    /** Streams that nobody has: refused, or passed on where disable_bypass=0. */
    private void initialise(long first, int count) {
        SmmuV3Ste initial = unattached();
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * SmmuV3Ste.BYTES;
            site.memory().write64(at, initial.w0());
            if (initial.w1() != 0) {
                site.memory().write64(at + 8, initial.w1());
            }
        }
        site.kernel().machine().emit(EventKind.TABLE_WRITE, Lane.DRIVER, INITIAL, device, first, count);
    }

    /** The entry of a stream without a domain. */
    SmmuV3Ste unattached() {
        if (site.kernel().since(Version.V6_12)) {
            return SmmuV3Entries.abort();
        }
        return options.disableBypass() ? SmmuV3Entries.oldAbort() : SmmuV3Entries.oldBypass();
    }

    // ---- entries

    private long address(int sid) {
        if (!twoLevels()) {
            return table.get() + (long) sid * SmmuV3Ste.BYTES;
        }
        long second = site.memory().read64(levelOne(sid)) & SmmuV3Layout.L1_ADDRESS;
        return second + (sid & (1 << SmmuV3Layout.SPLIT) - 1L) * SmmuV3Ste.BYTES;
    }

    SmmuV3Ste entry(int sid) {
        long at = address(sid);
        var memory = site.memory();
        return new SmmuV3Ste(memory.read64(at), memory.read64(at + 8), memory.read64(at + 16), memory.read64(at + 24));
    }

    /** Writes one word of an entry. */
    void write(int sid, int word, long value) {
        long at = address(sid) + 8L * word;
        site.memory().write64(at, value);
        emit(WORDS.get(word), at, value);
    }

    private void emit(Term term, long address, long value) {
        site.kernel().machine().emit(EventKind.TABLE_WRITE, Lane.DRIVER, term, device, address, value);
    }
}
