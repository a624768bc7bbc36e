package org.iommulab.user.vfio;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Calls in few words, as the experiments on real kernels write them: {@code c.map c0 0x100000 4K 0 ro}. The answer is
 * what the experiments print.
 */
final class VfioScript {
    private static final Map<String, Integer> FLAGS = Map.of("ro", 1, "wo", 2, "none", 0);

    private final VfioRig rig;
    private final Map<String, VfioFile> files = new HashMap<>();

    VfioScript(VfioRig rig) {
        this.rig = rig;
    }

    /** {@code 0}, {@code -EINVAL}; what is printed follows the result. */
    String run(String line) {
        String[] words = line.trim().split("\\s+");
        return switch (words[0]) {
            case "open" -> opened(words[1], rig.vfio().open(path(words[2])));
            case "close" ->
                errno(files.containsKey(words[1]) ? files.remove(words[1]).close() : -9);
            case "c.ext" -> extensions(container(words[1]));
            case "c.setiommu" -> errno(container(words[1]).setIommu(Integer.parseInt(words[2])));
            case "c.info" -> info(container(words[1]).info());
            case "c.map" ->
                errno(container(words[1])
                        .map(
                                number(words[2]),
                                number(words[3]),
                                rig.vfio().pool().address(number(words[4])),
                                words.length > 5 ? FLAGS.get(words[5]) : 3));
            case "c.unmap" -> {
                var unmapped = container(words[1])
                        .unmap(number(words[2]), number(words[3]), words.length > 4 ? Type1Iommu.UNMAP_ALL : 0);
                yield errno(unmapped.error()) + " size=0x" + Long.toHexString(unmapped.size());
            }
            case "g.status" -> {
                var status = group(words[1]).status();
                yield status.error() != 0 ? errno(status.error()) : "0 flags=0x" + status.flags();
            }
            case "g.setc" -> errno(group(words[1]).setContainer(files.get(words[2])));
            case "g.unsetc" -> errno(group(words[1]).unsetContainer());
            case "d.get" -> opened(words[1], group(words[2]).deviceFd(words[3]));
            case "d.info" -> {
                var info = device(words[1]).info();
                yield "%s flags=0x%x regions=%d irqs=%d"
                        .formatted(errno(info.error()), info.flags(), info.regions(), info.irqs());
            }
            case "d.reset" -> errno(device(words[1]).reset());
            case "d.busmaster" -> errno(device(words[1]).setBusMaster(words[2].equals("1")));
            default -> throw new IllegalArgumentException(line);
        };
    }

    VfioContainer container(String name) {
        return (VfioContainer) files.get(name);
    }

    private VfioGroupFile group(String name) {
        return (VfioGroupFile) files.get(name);
    }

    private VfioDeviceFile device(String name) {
        return (VfioDeviceFile) files.get(name);
    }

    // a device's name stands for its group
    private String path(String text) {
        return text.startsWith("/") ? text : "/dev/vfio/" + rig.group(text).number();
    }

    private String opened(String handle, Vfio.Opened opened) {
        opened.file().ifPresent(file -> files.put(handle, file));
        return errno(opened.error());
    }

    private static String extensions(VfioContainer container) {
        return "0 TYPE1=%d TYPE1v2=%d DMA_CC=%d TYPE1_NESTING=%d UNMAP_ALL=%d NOIOMMU=%d"
                .formatted(
                        container.checkExtension(1),
                        container.checkExtension(3),
                        container.checkExtension(4),
                        container.checkExtension(6),
                        container.checkExtension(9),
                        container.checkExtension(8));
    }

    private static String info(Type1Info info) {
        return info.error() != 0
                ? errno(info.error())
                : "0 flags=0x%x iova_pgsizes=0x%x".formatted(info.flags(), info.pageSizes())
                        + info.capabilities().stream()
                                .map(VfioScript::capability)
                                .collect(Collectors.joining());
    }

    private static String capability(Type1Info.Capability capability) {
        String head = " cap id=" + capability.id() + " ";
        return switch (capability) {
            case Type1Info.Migration(long pageSizes) -> head + "pgsize_bitmap=0x" + Long.toHexString(pageSizes);
            case Type1Info.DmaAvailable(long entries) -> head + "dma_avail=" + entries;
            case Type1Info.Ranges ranges ->
                head
                        + ranges.ranges().stream()
                                .map(r -> "iova=[0x%x-0x%x]".formatted(r.start(), r.last()))
                                .collect(Collectors.joining(" "));
        };
    }

    private static String errno(long result) {
        return VfioRig.errno(result);
    }

    private static long number(String text) {
        int unit = "KMG".indexOf(text.charAt(text.length() - 1));
        return unit >= 0
                ? Long.parseLong(text.substring(0, text.length() - 1)) << 10 * (unit + 1)
                : text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }
}
