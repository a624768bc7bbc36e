package org.iommulab.backend.tegragart;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.TimedFormat;

/** The aperture's entries. The kernel's C code is not timed for them, so neither is the lab's. */
public final class GartFormats implements Formats {
    private record Golden() implements GoldenFormat {
        @Override
        public String name() {
            return "tegra-gart";
        }

        @Override
        public GoldenRun start(GoldenConfig config) {
            return new GartGoldenRun(config);
        }
    }

    @Override
    public List<GoldenFormat> golden() {
        return List.of(new Golden());
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of();
    }
}
