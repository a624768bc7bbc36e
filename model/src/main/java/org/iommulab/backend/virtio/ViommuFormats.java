package org.iommulab.backend.virtio;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** There is no table. */
final class ViommuFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of();
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of();
    }
}
