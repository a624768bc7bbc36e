package org.iommulab.backend.riscv;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** The first stages: Sv39, Sv48, Sv57. */
final class RiscvFormats implements Formats {
    private static List<RiscvFormat> all() {
        return IntStream.rangeClosed(3, 5)
                .mapToObj(levels -> new RiscvFormat(levels, false))
                .toList();
    }

    @Override
    public List<GoldenFormat> golden() {
        return all().stream().<GoldenFormat>map(RiscvGolden::new).toList();
    }

    /** {@inheritDoc} The shortest walk and the longest; there is no C code to compare with. */
    @Override
    public List<TimedFormat> timed() {
        return List.of(new RiscvTimed(new RiscvFormat(3, false)), new RiscvTimed(new RiscvFormat(5, false)));
    }
}
