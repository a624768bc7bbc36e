package org.iommulab.backend.omap;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The OMAP IOMMU's format. */
public final class OmapFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new OmapGolden());
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(new OmapTimed());
    }
}
