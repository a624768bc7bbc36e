package org.iommulab.backend.rockchip;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The Rockchip IOMMU's two formats. */
public final class RockchipFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(
                new RockchipGolden("rockchip-v1", RockchipFormat.V1),
                new RockchipGolden("rockchip-v2", RockchipFormat.V2));
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(new RockchipTimed("rockchip-v2", "v2", RockchipFormat.V2));
    }
}
