package org.iommulab.walls;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which package of the model may see which others: the table of the architecture. A package that has no row may see
 * nothing of ours, so a new package must be entered here first. A name stands for the package and what is beneath it; of
 * {@code backend} and {@code consumer} it is what all rooms share, without the rooms ({@code backend..} is with them).
 */
enum Visibility {
    SIM("sim"),
    JSON("json"),
    MEMORY("memory", "sim"),
    KERNEL("kernel", "sim"),
    /** Of sim, it marks its caches. */
    PAGETABLE("pagetable", "memory sim"),
    HARDWARE("hardware", "pagetable memory sim"),
    BUS("bus", "kernel sim"),
    CORE("core", "bus kernel sim"),
    /** Memory: a coherent buffer is allocated from it. */
    DMA("dma", "core bus kernel sim memory"),
    /** Memory: that of the program which uses VFIO is allocated from it. */
    USER("user", "core bus kernel sim memory"),
    /** Of hardware, a field of bits; of the kernel, error numbers. */
    DECODE("decode", "hardware kernel"),
    WORDS("words", "kernel sim"),
    BACKEND("backend", "machine"),
    CONSUMER("consumer", "machine"),
    BOARD("board", "machine backend.. consumer.. json"),
    /** The rooms of consumers here and below: the board's world shows the DRM master as what it is. */
    RULES("rules", "machine consumer.. board"),
    GRAPH("graph", "machine consumer.. board rules"),
    SCENARIO("scenario", "machine backend consumer.. board rules graph words json"),
    EXPLORE("explore", "machine backend consumer board rules graph words json scenario"),
    CAPTURE("capture", "machine board rules graph words json scenario"),
    CONFORM("conform", "machine backend board capture words"),
    HANDOVER("handover", "machine board rules graph words scenario capture conform");

    private static final String ROOT = "org.iommulab.";
    private static final Set<String> REGISTRIES = Set.of("backend", "consumer");

    private final String name;
    private final Set<String> seen;

    Visibility(String name, String... seen) {
        this.name = name;
        this.seen = Arrays.stream(seen)
                .flatMap(names -> Stream.of(names.split(" ")))
                .flatMap(other -> other.equals("machine") ? machine().stream() : Stream.of(other))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<String> machine() {
        return List.of("sim", "memory", "kernel", "pagetable", "hardware", "bus", "core", "dma", "user", "decode");
    }

    String pattern() {
        return ROOT + name + "..";
    }

    /** Whether a class in this row's package may use one in that package. */
    boolean allows(String packageName) {
        if (!packageName.startsWith(ROOT)) {
            return true;
        }
        String top = top(packageName);
        boolean room = REGISTRIES.contains(top) && !packageName.equals(ROOT + top);
        return top.equals(name) || seen.contains(top + "..") || seen.contains(top) && !room;
    }

    static boolean known(String packageName) {
        return Arrays.stream(values()).anyMatch(row -> row.name.equals(top(packageName)));
    }

    private static String top(String packageName) {
        return packageName.substring(ROOT.length()).split("\\.", 2)[0];
    }
}
