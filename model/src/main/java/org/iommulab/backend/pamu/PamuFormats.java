package org.iommulab.backend.pamu;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** A PAMU has windows, not pages: there is no page table to compare or to time. */
final class PamuFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of();
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of();
    }
}
