package org.iommulab.walls;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which package of the model may see which others: the table of the architecture. A package that has no row may see
 * nothing of ours, so a new package must be entered here first.
 */
enum Visibility {
    SIM("sim"),
    JSON("json"),
    MEMORY("memory", "sim"),
    KERNEL("kernel", "sim"),
    PAGETABLE("pagetable", "memory"),
    HARDWARE("hardware", "pagetable", "memory", "sim"),
    BUS("bus", "kernel", "sim"),
    CORE("core", "bus", "kernel", "sim"),
    /** Memory: a coherent buffer is allocated from it. */
    DMA("dma", "core", "bus", "kernel", "sim", "memory"),
    USER("user", "core", "bus", "kernel", "sim"),
    BACKEND("backend", machine()),
    CONSUMER("consumer", machine()),
    BOARD("board", with(machine(), "backend", "consumer", "json")),
    RULES("rules", with(machine(), "board")),
    GRAPH("graph", with(machine(), "board")),
    SCENARIO("scenario", with(machine(), "board", "rules", "graph", "json")),
    EXPLORE("explore", with(machine(), "board", "rules", "graph", "json", "scenario")),
    CAPTURE("capture", with(machine(), "board", "rules", "graph", "json", "scenario"));

    private static final String ROOT = "org.iommulab.";

    private final String name;
    private final Set<String> seen;

    Visibility(String name, String... seen) {
        this.name = name;
        this.seen = Set.of(seen);
    }

    private static String[] machine() {
        return new String[] {"sim", "memory", "kernel", "pagetable", "hardware", "bus", "core", "dma", "user"};
    }

    private static String[] with(String[] some, String... more) {
        var all = new TreeSet<>(Arrays.asList(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    String pattern() {
        return ROOT + name + "..";
    }

    /** What may be used from here, as package patterns: itself, the row's packages, and nothing else of ours. */
    boolean allows(String packageName) {
        if (!packageName.startsWith(ROOT)) {
            return true;
        }
        String top = top(packageName);
        return top.equals(name) || seen.contains(top);
    }

    static boolean known(String packageName) {
        return Arrays.stream(values()).anyMatch(row -> row.name.equals(top(packageName)));
    }

    private static String top(String packageName) {
        return packageName.substring(ROOT.length()).split("\\.", 2)[0];
    }
}
