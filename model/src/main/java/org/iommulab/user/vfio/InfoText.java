package org.iommulab.user.vfio;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.iommulab.kernel.Errno;

/** What VFIO_IOMMU_GET_INFO says, as the experiment's program prints it. */
public final class InfoText {
    private InfoText() {}

    /** One line, and one for each capability; only the first when it failed. */
    public static List<String> lines(Type1Info info) {
        if (info.error() != 0) {
            return List.of("info errno=" + Errno.of(info.error()).orElseThrow());
        }
        var lines = new ArrayList<String>();
        lines.add("info flags=0x%x iova_pgsizes=0x%x".formatted(info.flags(), info.pageSizes()));
        for (Type1Info.Capability capability : info.capabilities()) {
            String content = switch (capability) {
                case Type1Info.Migration m -> "migration pgsize_bitmap=0x%x".formatted(m.pageSizes());
                case Type1Info.DmaAvailable a -> "dma_avail=" + a.entries();
                case Type1Info.Ranges r ->
                    r.ranges().stream().map(InfoText::range).collect(Collectors.joining(" "));
            };
            lines.add("cap id=" + capability.id() + " version=1 " + content);
        }
        return lines;
    }

    private static String range(IovaRange range) {
        return "iova=[0x%x-0x%x]".formatted(range.start(), range.last());
    }
}
