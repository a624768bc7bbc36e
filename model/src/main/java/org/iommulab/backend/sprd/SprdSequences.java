package org.iommulab.backend.sprd;

import org.iommulab.backend.sprd.SprdLayout.Flavour;
import org.iommulab.hardware.Mmio;

/** The driver's register sequences. */
public final class SprdSequences {
    private SprdSequences() {}

    /**
     * sprd_iommu_attach_device up to v6.3: the table, the window, the default page, then on; nothing is dropped from the
     * TLB.
     */
    public static void attach(Mmio unit, Flavour flavour, long table, long defaultPage) {
        unit.write32(SprdLayout.FIRST_PPN, (int) (table / SprdPageTable.PAGE));
        unit.write32(flavour.firstVpn(), 0);
        unit.write32(flavour.vpnRange(), SprdLayout.LAST_INDEX);
        int page = (int) (defaultPage / SprdPageTable.PAGE);
        unit.write32(SprdLayout.DEFAULT_PPN, page);
        if (flavour == Flavour.VAU) {
            unit.write32(flavour.defaultForWrites(), page);
        }
        enable(unit, flavour, true);
    }

    /** sprd_iommu_hw_en. */
    public static void enable(Mmio unit, Flavour flavour, boolean on) {
        int both = SprdLayout.CFG_ENABLE | SprdLayout.CFG_GATE;
        int cfg = unit.read32(flavour.cfg()) & ~both;
        unit.write32(flavour.cfg(), on ? cfg | both : cfg);
    }

    /** sprd_iommu_sync_map and sprd_iommu_sync: everything cached goes. */
    public static void sync(Mmio unit, Flavour flavour) {
        unit.write32(flavour.update(), SprdLayout.UPDATE_ALL);
    }
}
