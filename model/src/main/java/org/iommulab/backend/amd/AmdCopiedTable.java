package org.iommulab.backend.amd;

import org.iommulab.backend.Site;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * A crash kernel takes the crashed one's device table over, so that DMA that nobody has stopped goes on to where it went
 * (drivers/iommu/amd/init.c: init_translation_status, copy_device_table). Page tables stay where they are, in the
 * crashed kernel's memory.
 */
final class AmdCopiedTable {
    private static final String FILE = "drivers/iommu/amd/init.c";
    private static final Term COPY = Term.function("copy_device_table", FILE);
    private static final Term NOT_KDUMP =
            LogText.of("<4>AMD-Vi: Translation was enabled for IOMMU:%d but we are not in kdump mode");
    private static final Term TRYING =
            LogText.of("<4>AMD-Vi: Translation is already enabled - trying to copy translation structures");
    private static final Term SIZE = LogText.of("<3>AMD-Vi: The device table size of IOMMU:%d is not expected!");
    private static final Term HIGH =
            LogText.of("<3>AMD-Vi: The address of old device table is above 4G, not trustworthy!");
    private static final Term FAILED = LogText.of("<3>AMD-Vi: Failed to copy DEV table from previous kernel.");
    private static final Term COPIED = LogText.of("<6>AMD-Vi: Copied DEV table from previous kernel.");
    private static final long ADDRESS = 0x000f_ffff_ffff_f000L;
    private static final long FOUR_GIB = 1L << 32;

    private final Kernel kernel;
    private final Site site;
    private final AmdSegment segment;
    private final AmdDomainIds ids;

    AmdCopiedTable(Site site, AmdSegment segment, AmdDomainIds ids) {
        this.kernel = site.kernel();
        this.site = site;
        this.segment = segment;
        this.ids = ids;
    }

    /** init_translation_status; whether the unit is on for no good reason, so that it is to be switched off. */
    boolean isOnForNothing(AmdInstance iommu) {
        long control = iommu.registers().read64(AmdLayout.CONTROL);
        iommu.preEnabled().set((control >>> AmdLayout.IOMMU_EN & 1) != 0);
        return iommu.preEnabled().get() && !kernel.isKdump();
    }

    void sayNotKdump(AmdInstance iommu) {
        iommu.preEnabled().set(false);
        kernel.log().line(NOT_KDUMP, kernel, iommu.index(), 0);
    }

    /** copy_device_table: only where all units are on; whether there is a copy now, which the segment has. */
    boolean takeOver() {
        if (!segment.iommus().stream().allMatch(iommu -> iommu.preEnabled().get())) {
            segment.iommus().forEach(iommu -> iommu.preEnabled().set(false));
            return false;
        }
        boolean[] done = new boolean[1];
        kernel.driverRun(COPY, segment.iommus().getFirst().device(), () -> {
            kernel.log().line(TRYING, kernel, 0, 0);
            done[0] = copy(segment.iommus().getFirst());
        });
        kernel.log().line(done[0] ? COPIED : FAILED, kernel, 0, 0);
        if (!done[0]) {
            segment.iommus().forEach(iommu -> iommu.preEnabled().set(false));
        }
        return done[0];
    }

    // All units of a segment share a table, so that the first one's is all there is.
    private boolean copy(AmdInstance iommu) {
        long register = iommu.registers().read64(AmdLayout.DEV_TABLE);
        if ((register & 0xfff) + 1 != AmdSegment.tableBytes(segment.lastId()) / 4096) {
            kernel.log().line(SIZE, kernel, iommu.index(), 0);
            return false;
        }
        long old = register & ADDRESS;
        if (old >= FOUR_GIB) {
            kernel.log().line(HIGH, kernel, 0, 0);
            return false;
        }
        segment.allocate();
        for (int id = 0; id <= segment.lastId(); id++) {
            AmdDte dte = segment.entryAt(old, id);
            segment.copyIn(id, dte.withoutGuestTable());
            if (dte.valid() && dte.domain() != 0) {
                ids.take(dte.domain());
            }
        }
        segment.copied(old);
        return true;
    }
}
