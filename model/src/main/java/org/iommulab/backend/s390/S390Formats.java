package org.iommulab.backend.s390;

import java.util.List;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** zPCI's format. */
public final class S390Formats implements Formats {
    @Override
    public List<GoldenFormat> golden() {
        return List.of(new S390Golden());
    }

    @Override
    public List<TimedFormat> timed() {
        return List.of(new S390Timed());
    }
}
