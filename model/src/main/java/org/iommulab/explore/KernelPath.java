package org.iommulab.explore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Patch;
import org.iommulab.kernel.Removal;
import org.iommulab.kernel.Version;

/**
 * The way from one kernel build to another, one change at a time: patches, releases (from 6.2 on to a later one patch by
 * patch of the series), then options, command line, callbacks taken out, calls that fail.
 */
public final class KernelPath {
    private final List<Stop> stops = new ArrayList<>();
    private KernelBuild at;

    /**
     * A kernel on the way.
     *
     * @param change what it has more, or less, than the one before: {@code p1}, {@code 6.4}, {@code without p1}, {@code
     *     CONFIG_SMP=n}; empty for the first
     */
    public record Stop(KernelBuild kernel, String change) {}

    private KernelPath(KernelBuild from) {
        at = from;
        stops.add(new Stop(from, ""));
    }

    /** From one to the other, both included. */
    public static List<Stop> between(KernelBuild from, KernelBuild to) {
        var path = new KernelPath(from);
        if (from.version().compareTo(to.version()) <= 0) {
            path.up(to);
        } else {
            path.down(to);
        }
        path.patches(to);
        path.rest(to);
        return List.copyOf(path.stops);
    }

    private void go(KernelBuild next, String change) {
        if (!next.equals(at)) {
            at = next;
            stops.add(new Stop(next, change));
        }
    }

    /** Through the series, if it lies between, and then from release to release. */
    private void up(KernelBuild to) {
        if (at.version() == to.version()) {
            return;
        }
        if (at.version().compareTo(Version.V6_2) < 0) {
            release(Version.V6_2);
        }
        if (at.version() == Version.V6_2 && to.version().compareTo(Version.V6_2) > 0) {
            series();
        }
        for (Version later : Version.after(at.version())) {
            if (later.compareTo(to.version()) <= 0) {
                release(later);
            }
        }
    }

    private void release(Version version) {
        go(at.on(version).with(Collections.emptySet()), version.text());
    }

    private void series() {
        for (Level level : Level.SERIES) {
            KernelBuild wanted = level.build();
            if (wanted.version() == Version.V6_2) {
                add(wanted);
            }
        }
    }

    /** The way up, walked backwards. */
    private void down(KernelBuild to) {
        KernelBuild plain = to.withConfig(at.config())
                .withCommandLine(at.commandLine())
                .without(at.removed())
                .failing(at.failures());
        var up = new KernelPath(plain);
        up.up(at);
        up.patches(at);
        for (int i = up.stops.size() - 1; i > 0; i--) {
            String undone = up.stops.get(i).change();
            go(up.stops.get(i - 1).kernel(), undone.startsWith("without ") ? undone.substring(8) : "without " + undone);
        }
    }

    private void patches(KernelBuild to) {
        if (at.version() == to.version()) {
            add(to);
            for (Patch patch : new TreeSet<>(at.patches()).descendingSet()) {
                if (!to.patches().contains(patch)) {
                    var fewer = new TreeSet<>(at.patches());
                    fewer.remove(patch);
                    go(at.with(fewer), "without " + patch);
                }
            }
        }
    }

    private void add(KernelBuild wanted) {
        for (Patch patch : new TreeSet<>(wanted.patches())) {
            var more = new TreeSet<>(at.patches());
            more.add(patch);
            go(at.with(more), patch.text());
        }
    }

    private void rest(KernelBuild to) {
        var names = new TreeSet<>(to.config().keySet());
        names.addAll(at.config().keySet());
        for (String name : names) {
            var config = new TreeMap<>(at.config());
            Boolean wanted = to.config().get(name);
            if (wanted == null) {
                config.remove(name);
            } else {
                config.put(name, wanted);
            }
            go(at.withConfig(config), "CONFIG_" + name + (wanted == null ? " as usual" : wanted ? "=y" : "=n"));
        }
        go(
                at.withCommandLine(to.commandLine()),
                to.commandLine().isEmpty() ? "no command line" : "\"" + to.commandLine() + "\"");
        removals(to);
        failures(to);
    }

    private void removals(KernelBuild to) {
        for (Removal removal : to.removed()) {
            if (!at.removed().contains(removal)) {
                var more = new ArrayList<>(at.removed());
                more.add(removal);
                go(at.without(more), "without " + removal);
            }
        }
        go(at.without(to.removed()), "the other callbacks back");
    }

    private void failures(KernelBuild to) {
        for (Failure failure : to.failures()) {
            if (!at.failures().contains(failure)) {
                var more = new ArrayList<>(at.failures());
                more.add(failure);
                go(at.failing(more), "failing " + failure);
            }
        }
        go(at.failing(to.failures()), "the other calls succeed");
    }
}
