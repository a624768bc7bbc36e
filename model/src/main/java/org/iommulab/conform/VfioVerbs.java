package org.iommulab.conform;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.iommulab.kernel.Errno;
import org.iommulab.user.vfio.InfoText;
import org.iommulab.user.vfio.Type1Iommu;
import org.iommulab.user.vfio.Vfio;
import org.iommulab.user.vfio.VfioContainer;
import org.iommulab.user.vfio.VfioDeviceFile;
import org.iommulab.user.vfio.VfioFile;
import org.iommulab.user.vfio.VfioGroupFile;

/**
 * Commands on open files: a name stands for a file descriptor, which is -1 before it was opened and after it was closed.
 */
final class VfioVerbs {
    /** Numbers and names of the extensions that are asked for (include/uapi/linux/vfio.h), in the experiment's order. */
    private static final Map<Integer, String> EXTENSIONS = extensions();

    private final CapturedMachine machine;
    private final Map<String, VfioFile> open = new HashMap<>();

    VfioVerbs(CapturedMachine machine) {
        this.machine = machine;
    }

    private static Map<Integer, String> extensions() {
        var names = new java.util.LinkedHashMap<Integer, String>();
        names.put(1, "TYPE1");
        names.put(3, "TYPE1v2");
        names.put(4, "DMA_CC");
        names.put(6, "TYPE1_NESTING");
        names.put(9, "UNMAP_ALL");
        names.put(8, "NOIOMMU");
        return names;
    }

    Answer run(List<String> words) {
        String name = Verbs.word(words, 1);
        return switch (words.getFirst()) {
            case "open" -> open(name, Verbs.word(words, 2));
            case "close" -> close(name);
            case "c.ext" -> container(name, VfioVerbs::extensions);
            case "c.setiommu" -> container(name, c -> Answer.of(c.setIommu((int) number(words, 2))));
            case "c.info" -> container(name, c -> new Answer(0, InfoText.lines(c.info())));
            case "c.map" -> container(name, c -> map(c, words));
            case "c.unmap" -> container(name, c -> unmap(c, words));
            case "g.status" -> file(VfioGroupFile.class, name, VfioVerbs::status);
            case "g.setc" ->
                file(
                        VfioGroupFile.class,
                        name,
                        group -> file(
                                VfioFile.class, Verbs.word(words, 2), other -> Answer.of(group.setContainer(other))));
            case "g.unsetc" -> file(VfioGroupFile.class, name, group -> Answer.of(group.unsetContainer()));
            case "d.get" ->
                file(VfioGroupFile.class, Verbs.word(words, 2), group -> device(name, group, Verbs.word(words, 3)));
            case "d.info" -> file(VfioDeviceFile.class, name, VfioVerbs::deviceInfo);
            case "d.reset" -> file(VfioDeviceFile.class, name, d -> Answer.of(d.reset()));
            case "d.busmaster" ->
                file(VfioDeviceFile.class, name, d -> Answer.of(d.setBusMaster(number(words, 2) != 0)));
            case "edu.dma" -> file(VfioDeviceFile.class, name, d -> dma(d, words));
            default -> Answer.failed(Errno.ENOSYS);
        };
    }

    private <F extends VfioFile> Answer file(Class<F> kind, String name, Function<F, Answer> call) {
        VfioFile file = open.get(name);
        if (file == null) {
            return Answer.failed(Errno.EBADF);
        }
        return kind.isInstance(file) ? call.apply(kind.cast(file)) : Answer.failed(Errno.ENOTTY);
    }

    private Answer container(String name, Function<VfioContainer, Answer> call) {
        return file(VfioContainer.class, name, call);
    }

    private Answer open(String name, String path) {
        return keep(
                name,
                machine.hasVfio() || !path.equals(Vfio.CONTAINER)
                        ? machine.world().vfio().open(path)
                        : new Vfio.Opened(Errno.ENOENT.negative(), Optional.empty()));
    }

    private Answer device(String name, VfioGroupFile group, String address) {
        return keep(name, group.deviceFd(address));
    }

    private Answer keep(String name, Vfio.Opened opened) {
        open.remove(name);
        opened.file().ifPresent(file -> open.put(name, file));
        return Answer.of(opened.error());
    }

    private Answer close(String name) {
        VfioFile file = open.remove(name);
        return file == null ? Answer.failed(Errno.EBADF) : Answer.of(file.close());
    }

    // ---- container

    private static Answer extensions(VfioContainer container) {
        String answers = EXTENSIONS.entrySet().stream()
                .map(entry -> entry.getValue() + "=" + Math.max(-1, container.checkExtension(entry.getKey())))
                .collect(Collectors.joining(" "));
        return Answer.printed("api_version=" + container.apiVersion() + " " + answers);
    }

    private Answer map(VfioContainer container, List<String> words) {
        int flags = switch (Verbs.word(words, 5)) {
            case "ro" -> Type1Iommu.READ;
            case "wo" -> Type1Iommu.WRITE;
            case "none" -> 0;
            default -> Type1Iommu.READ | Type1Iommu.WRITE;
        };
        long vaddr = machine.world().vfio().pool().address(number(words, 4));
        return Answer.of(container.map(number(words, 2), number(words, 3), vaddr, flags));
    }

    private static Answer unmap(VfioContainer container, List<String> words) {
        int flags = Verbs.word(words, 4).equals("all") ? Type1Iommu.UNMAP_ALL : 0;
        VfioContainer.Unmapped unmapped = container.unmap(number(words, 2), number(words, 3), flags);
        return Answer.of(unmapped.error()).with(List.of("unmapped size=0x%x".formatted(unmapped.size())));
    }

    // ---- group and device

    private static Answer status(VfioGroupFile group) {
        VfioGroupFile.Status status = group.status();
        if (status.error() != 0) {
            return Answer.of(status.error());
        }
        int flags = status.flags();
        return Answer.printed("flags=0x%x viable=%d container_set=%d"
                .formatted(
                        flags,
                        (flags & VfioGroupFile.VIABLE) != 0 ? 1 : 0,
                        (flags & VfioGroupFile.CONTAINER_SET) != 0 ? 1 : 0));
    }

    private static Answer deviceInfo(VfioDeviceFile device) {
        VfioDeviceFile.Info info = device.info();
        return info.error() != 0
                ? Answer.of(info.error())
                : Answer.printed("flags=0x%x regions=%d irqs=%d".formatted(info.flags(), info.regions(), info.irqs()));
    }

    // The emulator's edu device finishes a command whether or not its accesses went through.
    private Answer dma(VfioDeviceFile file, List<String> words) {
        boolean toMemory = Verbs.word(words, 2).equals("write");
        machine.access(file.device().device(), toMemory, number(words, 3), number(words, 4));
        return Answer.printed("edu dma command finished");
    }

    /** Decimal or hexadecimal, with a binary unit behind it; what is no number is 0, as strtoull has it. */
    private static long number(List<String> words, int at) {
        String word = Verbs.word(words, at);
        int unit = word.isEmpty() ? -1 : "KMG".indexOf(word.charAt(word.length() - 1));
        String digits = unit < 0 ? word : word.substring(0, word.length() - 1);
        boolean hex = digits.startsWith("0x");
        Optional<Long> value = parse(hex ? digits.substring(2) : digits, hex ? 16 : 10);
        return value.orElse(0L) << 10 * (unit + 1);
    }

    private static Optional<Long> parse(String digits, int radix) {
        try {
            return Optional.of(Long.parseUnsignedLong(digits, radix));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
