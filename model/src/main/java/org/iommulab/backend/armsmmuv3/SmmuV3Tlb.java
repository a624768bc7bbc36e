package org.iommulab.backend.armsmmuv3;

import java.util.List;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.TlbView;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;

/**
 * What the unit keeps of page tables: translations, tagged with ASID and VMID, whichever stream asked. Its size, and that
 * it keeps no upper levels, are the lab's choice.
 */
final class SmmuV3Tlb {
    static final int MISS = Iotlb.MISS;

    private static final int SLOTS = 64;
    private static final int VMID = 16;
    private static final long STAGE_ONE = 1L << 32;
    private static final long EL2 = 1L << 33;
    private static final int PROT = 34;
    private static final int LEVEL = 36;
    private static final int GRANULE = 38;
    private static final long ASID_MASK = 0xffff;
    private static final long VMID_MASK = 0xffffL << VMID;
    private static final long TAG = ASID_MASK | VMID_MASK | STAGE_ONE | EL2;

    private final Machine machine;
    private final Iotlb pages;
    private final int roots;

    SmmuV3Tlb(Machine machine) {
        this.machine = machine;
        this.pages = new Iotlb(machine, 1, SLOTS, 12);
        this.roots = machine.newCells(SLOTS);
    }

    /**
     * Whose translations.
     *
     * @param stageOne whether the ASID counts; without it they are stage 2's alone
     * @param el2 whether they are of the hypervisor's own world, which has no VMID
     */
    record Tag(int asid, int vmid, boolean stageOne, boolean el2) {
        private long bits() {
            return (stageOne ? asid | STAGE_ONE : 0) | (el2 ? EL2 : (long) vmid << VMID);
        }
    }

    int size() {
        return pages.size();
    }

    int find(Tag tag, long input) {
        return pages.find(input, TAG, tag.bits());
    }

    long output(int slot, long input) {
        return pages.translate(slot, input);
    }

    long bytes(int slot) {
        return pages.bytes(slot);
    }

    int prot(int slot) {
        return (int) (pages.attributes(slot) >>> PROT) & (Prot.READ | Prot.WRITE);
    }

    /** @param root the table that it was read from, for those who look */
    void keep(Tag tag, long input, SmmuV3Walk.Found found, long root) {
        long attributes = tag.bits()
                | (long) (found.prot() & (Prot.READ | Prot.WRITE)) << PROT
                | (long) found.level() << LEVEL
                | (long) granuleCode(found.granuleShift()) << GRANULE;
        int slot = pages.fill(input, found.page(), found.bytes(), attributes);
        machine.store(roots + slot, root);
    }

    private static int granuleCode(int shift) {
        return (shift - 10) / 2;
    }

    // ---- dropping

    int dropAll() {
        return pages.flushAll();
    }

    /** Everything but the hypervisor's own. */
    int dropGuests() {
        return pages.flushMatching(EL2, 0);
    }

    int dropEl2() {
        return pages.flushMatching(EL2, EL2);
    }

    /** Both stages of a VMID. */
    int dropVmid(int vmid) {
        return pages.flushMatching(EL2 | VMID_MASK, (long) vmid << VMID);
    }

    /** Stage 1 of a VMID, all ASIDs. */
    int dropStageOne(int vmid) {
        return pages.flushMatching(EL2 | STAGE_ONE | VMID_MASK, STAGE_ONE | (long) vmid << VMID);
    }

    int dropAsid(Tag tag) {
        return pages.flushMatching(TAG, tag.bits());
    }

    /** Pages of one ASID, or of all where it does not count. */
    int drop(Tag tag, boolean anyAsid, SmmuV3Command.Pages range, boolean ranges) {
        long mask = anyAsid ? TAG & ~ASID_MASK : TAG;
        long wanted = tag.bits() & mask;
        int dropped = 0;
        for (int slot : pages.used()) {
            if ((pages.attributes(slot) & mask) == wanted && covers(range, ranges, slot)) {
                pages.drop(slot);
                dropped++;
            }
        }
        return dropped;
    }

    /** Without a granule the command means whatever page the address is in; with one, a range and perhaps a level. */
    private boolean covers(SmmuV3Command.Pages range, boolean ranges, int slot) {
        long attributes = pages.attributes(slot);
        long first = pages.input(slot);
        long last = first + pages.bytes(slot) - 1;
        if (range.granule() == 0 || !ranges) {
            return Long.compareUnsigned(range.address(), first) >= 0
                    && Long.compareUnsigned(range.address(), last) <= 0;
        }
        int shift = 2 * range.granule() + 10;
        boolean sameGranule = ((attributes >>> GRANULE) & 3) == range.granule();
        boolean sameLevel = range.level() == 0 || (attributes >>> LEVEL & 3) == range.level();
        long bytes = (range.count() + 1L) << Math.min(range.scale() + shift, Long.SIZE - 8);
        long end = range.address() + bytes - 1;
        return sameGranule
                && sameLevel
                && Long.compareUnsigned(last, range.address()) >= 0
                && Long.compareUnsigned(first, end) <= 0;
    }

    List<TlbView> views() {
        return pages.used().stream()
                .map(s -> new TlbView(
                        s,
                        pages.input(s),
                        pages.output(s),
                        pages.bytes(s),
                        Prot.letters(prot(s)),
                        machine.load(roots + s)))
                .toList();
    }
}
