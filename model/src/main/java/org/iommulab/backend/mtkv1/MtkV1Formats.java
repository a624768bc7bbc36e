package org.iommulab.backend.mtkv1;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The first M4U's format. */
public final class MtkV1Formats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new MtkV1Golden());
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(new MtkV1Timed());
    }
}
