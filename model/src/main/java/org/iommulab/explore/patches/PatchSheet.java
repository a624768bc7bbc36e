package org.iommulab.explore.patches;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.backend.Backend;
import org.iommulab.board.Board;
import org.iommulab.board.WorldBuilder;
import org.iommulab.core.OpsTable;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Machine;

/**
 * What one patch does to the kernel of the patches before it.
 *
 * @param patch the patch
 * @param reason why it was made, in two sentences
 * @param added behaviours that the kernel has with it and not without
 * @param removed behaviours that it takes away
 * @param entries what changes in the drivers' tables, as the lab's boards have them
 */
public record PatchSheet(
        Patch patch, String reason, Set<Behaviour> added, Set<Behaviour> removed, List<Entry> entries) {
    public PatchSheet {
        entries = List.copyOf(entries);
    }

    /**
     * A place in a driver's table.
     *
     * @param architectures where the driver is built so, as boards spell them
     * @param before the driver's function there; empty when the table has none
     * @param after the same with the patch
     */
    public record Entry(
            String driver,
            Set<String> architectures,
            String callback,
            Optional<String> before,
            Optional<String> after) {}

    private record Place(String driver, Callback callback, Optional<String> before, Optional<String> after) {}

    /** Every patch, each on top of those before it, and the ideas that were not merged, each on 6.2 alone. */
    public static List<PatchSheet> all(List<Board> boards) {
        return Arrays.stream(Patch.values()).map(patch -> of(patch, boards)).toList();
    }

    /** The kernel of the patches before this one; for an idea the one before the series. */
    public static KernelBuild before(Patch patch) {
        var earlier = EnumSet.noneOf(Patch.class);
        if (patch.isIdea()) {
            return KernelBuild.of(Version.V6_2);
        }
        Arrays.stream(Patch.values())
                .filter(other -> other.compareTo(patch) < 0)
                .forEach(earlier::add);
        return KernelBuild.of(Version.V6_2).with(earlier);
    }

    /** The same with this patch. */
    public static KernelBuild after(Patch patch) {
        KernelBuild before = before(patch);
        var more = EnumSet.of(patch);
        more.addAll(before.patches());
        return before.with(more);
    }

    private static PatchSheet of(Patch patch, List<Board> boards) {
        KernelBuild before = before(patch);
        KernelBuild after = after(patch);
        Map<Place, Set<String>> places = new LinkedHashMap<>();
        for (Board board : boards) {
            List<OpsTable> old = tables(board, before);
            List<OpsTable> now = tables(board, after);
            for (int i = 0; i < old.size(); i++) {
                for (Place place : changed(old.get(i), now.get(i))) {
                    places.computeIfAbsent(place, _ -> new LinkedHashSet<>())
                            .add(Spelling.constant(board.architecture()));
                }
            }
        }
        var entries = new ArrayList<Entry>();
        places.forEach((place, architectures) -> entries.add(new Entry(
                place.driver(), architectures, place.callback().kernelName(), place.before(), place.after())));
        return new PatchSheet(
                patch,
                PatchReason.of(patch),
                without(after.behaviours(), before.behaviours()),
                without(before.behaviours(), after.behaviours()),
                entries);
    }

    private static List<OpsTable> tables(Board board, KernelBuild kernel) {
        return WorldBuilder.build(board, kernel, Machine.unrecorded()).backends().stream()
                .map(Backend.Installed::sourceTable)
                .toList();
    }

    private static List<Place> changed(OpsTable old, OpsTable now) {
        var places = new ArrayList<Place>();
        for (Callback callback : Callback.values()) {
            Optional<String> before = function(old, callback);
            Optional<String> after = function(now, callback);
            if (!before.equals(after)) {
                places.add(new Place(now.driver(), callback, before, after));
            }
        }
        return places;
    }

    private static Optional<String> function(OpsTable table, Callback callback) {
        return Optional.ofNullable(table.entries().get(callback))
                .map(entry -> entry.function().name());
    }

    private static Set<Behaviour> without(Set<Behaviour> all, Set<Behaviour> some) {
        var rest = EnumSet.copyOf(all);
        rest.removeAll(some);
        return rest;
    }
}
