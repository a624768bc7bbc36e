package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Act;
import org.iommulab.scenario.ActTitle;
import org.iommulab.scenario.Action;
import org.iommulab.scenario.Boots;
import org.iommulab.scenario.ScenarioFile;

/**
 * Stories of one board that begin alike: what happens in their first act without a callback happens once, and each story
 * goes on from there.
 */
final class BoardSweep {
    /** A group is one worker's: larger ones would be waited for. */
    private static final int MOST = 32;

    private final List<StorySweep> stories;
    private final Shared shared;

    /** Board, options and first act; and whether the work that it leaves is done in it or told of in a second one. */
    private record Beginning(String board, KernelBuild kernel, Action act, String title, boolean leavesWork) {
        static Beginning of(ScenarioFile file) {
            List<Act> story = file.scenario().story();
            Act first = story.getFirst();
            return new Beginning(
                    file.board().name(),
                    file.on(Level.KNOWN.getFirst().build()),
                    first.action(),
                    ActTitle.of(first),
                    story.size() > 1 && story.get(1).action() instanceof Action.Drain);
        }
    }

    BoardSweep(List<ScenarioFile> group, SweepRequest request, Shared shared, BooleanSupplier cancelled) {
        this.shared = shared;
        stories = group.stream()
                .map(file -> new StorySweep(file, request, shared, cancelled))
                .toList();
    }

    /** All stories in groups, the largest first: what is begun last is waited for. */
    static List<List<ScenarioFile>> groups(List<ScenarioFile> files) {
        Map<Beginning, List<ScenarioFile>> alike = new LinkedHashMap<>();
        files.forEach(file -> alike.computeIfAbsent(Beginning.of(file), _ -> new ArrayList<>())
                .add(file));
        var groups = new ArrayList<List<ScenarioFile>>();
        for (List<ScenarioFile> all : alike.values()) {
            for (int i = 0; i < all.size(); i += MOST) {
                groups.add(all.subList(i, Math.min(all.size(), i + MOST)));
            }
        }
        groups.sort(Comparator.comparingInt((List<ScenarioFile> group) -> group.size())
                .reversed());
        return groups;
    }

    /** How many runs it took so far. */
    int runs() {
        return stories.stream().mapToInt(StorySweep::runs).sum();
    }

    /** The cells of all stories on one level, a list for each story. */
    List<List<Cell>> cells(Level level) {
        var parts = new LinkedHashMap<StorySweep, StorySweep.Part>();
        Set<Tampering> atBoot = new LinkedHashSet<>();
        ScenarioFile any = stories.getFirst().file();
        Supplier<Boots> boots = onceOnly(() -> new Boots(any, level.build()));
        LevelKernel on = shared.kernel(any, level, boots);
        for (StorySweep story : stories) {
            StorySweep.Part part = story.begin(on, boots);
            parts.put(story, part);
            atBoot.addAll(part.atBoot());
        }
        for (Tampering removal : atBoot) {
            parts.forEach((story, part) -> {
                if (part.atBoot().contains(removal)) {
                    story.finish(part, removal, boots);
                }
            });
        }
        return parts.values().stream().map(StorySweep.Part::cells).toList();
    }

    private static Supplier<Boots> onceOnly(Supplier<Boots> maker) {
        return new Supplier<>() {
            private Optional<Boots> made = Optional.empty();

            @Override
            public Boots get() {
                Boots boots = made.orElseGet(maker);
                made = Optional.of(boots);
                return boots;
            }
        };
    }
}
