package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.TlbView;
import org.iommulab.sim.Machine;

/**
 * The TLB of an OMAP IOMMU: pairs of a CAM word (which page) and a RAM word (where to), fully associative, in journaled
 * cells. Software sees them one by one.
 */
final class OmapTlb {
    static final int MISS = -1;
    /** More than one slot answers. */
    static final int MULTI_HIT = -2;

    private final Machine machine;
    private final int slots;
    private final int cells;

    OmapTlb(Machine machine, int slots) {
        this.machine = machine;
        this.slots = slots;
        this.cells = machine.newCells(2 * slots);
    }

    int size() {
        return slots;
    }

    int cam(int slot) {
        return (int) machine.load(cells + 2 * slot);
    }

    int ram(int slot) {
        return (int) machine.load(cells + 2 * slot + 1);
    }

    void load(int slot, int cam, int ram) {
        machine.store(cells + 2 * slot, cam & 0xffff_ffffL);
        machine.store(cells + 2 * slot + 1, ram & 0xffff_ffffL);
    }

    private boolean isValid(int slot) {
        return (cam(slot) & OmapLayout.CAM_VALID) != 0;
    }

    private boolean covers(int slot, long input) {
        return isValid(slot) && OmapLayout.tag(cam(slot)) == (input & -OmapLayout.bytes(cam(slot)));
    }

    /** The slot that covers an address, {@link #MISS} or {@link #MULTI_HIT}. */
    int find(long input) {
        int found = MISS;
        for (int slot = 0; slot < slots; slot++) {
            if (covers(slot, input)) {
                if (found != MISS) {
                    return MULTI_HIT;
                }
                found = slot;
            }
        }
        return found;
    }

    /** Where an address comes out through this slot. */
    long translate(int slot, long input) {
        long bytes = OmapLayout.bytes(cam(slot));
        return ram(slot) & -bytes & 0xffff_ffffL | input & bytes - 1;
    }

    private void invalidate(int slot) {
        load(slot, cam(slot) & ~OmapLayout.CAM_VALID, ram(slot));
    }

    /** Flushes what covers an address, preserved or not; how many slots. */
    int flush(long input) {
        int flushed = 0;
        for (int slot = 0; slot < slots; slot++) {
            if (covers(slot, input)) {
                invalidate(slot);
                flushed++;
            }
        }
        return flushed;
    }

    /** Flushes all slots but the preserved ones; how many. */
    int flushAll() {
        int flushed = 0;
        for (int slot = 0; slot < slots; slot++) {
            if (isValid(slot) && (cam(slot) & OmapLayout.CAM_PRESERVED) == 0) {
                invalidate(slot);
                flushed++;
            }
        }
        return flushed;
    }

    /** Power is gone. */
    void clear() {
        for (int slot = 0; slot < slots; slot++) {
            load(slot, 0, 0);
        }
    }

    List<TlbView> views() {
        var views = new ArrayList<TlbView>();
        for (int slot = 0; slot < slots; slot++) {
            if (isValid(slot)) {
                long tag = OmapLayout.tag(cam(slot));
                views.add(new TlbView(slot, tag, translate(slot, tag), OmapLayout.bytes(cam(slot)), "rw"));
            }
        }
        return views;
    }
}
