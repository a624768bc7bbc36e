package org.iommulab.backend.tegrasmmu;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The Tegra SMMU's format. */
public final class TegraSmmuFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new TegraSmmuGolden());
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(new TegraSmmuTimed());
    }
}
