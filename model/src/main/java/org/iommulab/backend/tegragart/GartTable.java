package org.iommulab.backend.tegragart;

import java.util.function.Consumer;
import org.iommulab.hardware.Mmio;

/**
 * The aperture as gart_iommu_map, gart_iommu_unmap and gart_iommu_iova_to_phys of v6.1 keep it: all of it through two
 * registers.
 *
 * @param first first address of the aperture
 * @param end the address behind it
 * @param debug the module parameter gart_debug: what is in use, or not in use, is looked at first
 * @param complaint told what debugging has found
 */
public record GartTable(Mmio unit, long first, long end, boolean debug, Consumer<Complaint> complaint) {
    private static final int EINVAL = 22;
    private static final long PAGE = GartLayout.PAGE;

    /** What the module parameter gart_debug makes the driver say. */
    public enum Complaint {
        /** {@code Page entry is in-use}. */
        IN_USE,
        /** {@code Page entry is invalid}. */
        INVALID
    }

    /** gart_iova_range_invalid: also an address that is not page aligned in the last page, and any size but 4 KiB. */
    private boolean isInvalid(long iova, long size) {
        return iova < first || size != PAGE || iova + size > end;
    }

    private int read(long iova) {
        unit.write32(GartLayout.ENTRY_ADDR, (int) iova);
        return unit.read32(GartLayout.ENTRY_DATA);
    }

    private void write(long iova, int entry) {
        unit.write32(GartLayout.ENTRY_ADDR, (int) iova);
        unit.write32(GartLayout.ENTRY_DATA, entry);
    }

    private boolean isValid(long iova) {
        return (read(iova) & GartLayout.VALID) != 0;
    }

    /** Maps one page: 0, or -EINVAL for another size, outside the aperture, or with {@code debug} where one is mapped. */
    public int map(long iova, long pa, long size) {
        if (isInvalid(iova, size)) {
            return -EINVAL;
        }
        if (debug && isValid(iova)) {
            complaint.accept(Complaint.IN_USE);
            return -EINVAL;
        }
        write(iova, (int) pa | GartLayout.VALID); // the driver does not cut the address to its field
        return 0;
    }

    /** Unmaps one page: 4096, or 0 for another size, outside the aperture, or with {@code debug} where none is. */
    public long unmap(long iova, long size) {
        if (isInvalid(iova, size)) {
            return 0;
        }
        if (debug && !isValid(iova)) {
            complaint.accept(Complaint.INVALID);
            return 0;
        }
        write(iova, 0);
        return PAGE;
    }

    /** The page's address without the offset, valid or not; -EINVAL as an address outside the aperture. */
    public long iovaToPhys(long iova) {
        return isInvalid(iova, PAGE) ? -EINVAL : read(iova) & GartLayout.PAGE_MASK;
    }
}
