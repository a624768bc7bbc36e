package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** AMD's two formats: the host's and the guest's. */
public final class AmdFormats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new AmdGolden("amd-v1"), new AmdGolden("amd-v2"));
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(new AmdTimed("amd-v1", "mode4-48", false), new AmdTimed("amd-v2", "48", true));
    }
}
