package org.iommulab.backend.sun50i;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The Allwinner IOMMU's format. */
public final class Sun50iFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new Sun50iGolden());
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(new Sun50iTimed());
    }
}
