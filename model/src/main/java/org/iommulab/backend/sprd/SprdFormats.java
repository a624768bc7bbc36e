package org.iommulab.backend.sprd;

import java.util.List;
import org.iommulab.backend.sprd.SprdLayout.Flavour;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.pagetable.golden.TimedFormat;

/** The one format. The kernel's C code is not timed for it, so neither is the lab's. */
public final class SprdFormats implements Formats {
    private record Golden() implements GoldenFormat {
        @Override
        public String name() {
            return "sprd";
        }

        @Override
        public GoldenRun start(GoldenConfig config) {
            return new SprdGoldenRun(Flavour.valueOf(config.variant()), config.tableMemory());
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
