package org.iommulab.explore.breaks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.sim.Term;

/**
 * How often callbacks are called, and which nobody ever calls: the argument by which the series was made. A callback that
 * is in a table and that no story calls is dead code as far as the stories go; what they do not do they say nothing of.
 */
public final class CallCensus {
    private final Map<Key, Row> rows = new LinkedHashMap<>();

    private record Key(Subject subject, Callback callback) {}

    /**
     * A callback of a driver over the levels.
     *
     * @param function the driver's function behind it, on the first level that has it
     * @param calls by level, for the levels that have it: how often all stories together call it
     */
    public record Row(Subject subject, Callback callback, String function, Map<Level, Integer> calls) {
        public Row {
            calls = Collections.unmodifiableMap(new LinkedHashMap<>(calls));
        }

        /** The levels that have it and on which no story calls it. */
        public List<Level> never() {
            return calls.entrySet().stream()
                    .filter(entry -> entry.getValue() == 0)
                    .map(Map.Entry::getKey)
                    .toList();
        }

        private Row and(Level level, int more) {
            var sum = new LinkedHashMap<>(calls);
            sum.merge(level, more, Integer::sum);
            return new Row(subject, callback, function, sum);
        }
    }

    private CallCensus() {}

    /**
     * Plays every story on every level, unrecorded; a run is spared where it is known to be the same as another.
     *
     * @return sorted by driver, architecture and callback
     */
    public static List<Row> of(List<ScenarioFile> stories, List<Level> levels) {
        var census = new CallCensus();
        for (ScenarioFile story : stories) {
            var played = new ArrayList<Asked>();
            for (Level level : levels) {
                LevelKernel on = LevelKernel.of(story, level);
                census.count(
                        on,
                        story,
                        played.stream()
                                .filter(earlier -> earlier.isSameOn(on, Optional.empty()))
                                .findFirst()
                                .orElseGet(() -> {
                                    Asked fresh = Asked.of(on, Player.playUnrecorded(story, on.build()));
                                    played.add(fresh);
                                    return fresh;
                                }));
            }
        }
        return census.rows.values().stream()
                .sorted(Comparator.comparing((Row row) -> row.subject().toString())
                        .thenComparing(Row::callback))
                .toList();
    }

    private void count(LevelKernel on, ScenarioFile story, Asked asked) {
        for (String driver : on.drivers()) {
            var subject = new Subject(driver, story.board().architecture());
            for (Callback callback : Callback.values()) {
                Optional<Term> function = on.function(driver, callback);
                if (function.isPresent()) {
                    var key = new Key(subject, callback);
                    Row row = rows.computeIfAbsent(
                            key, _ -> new Row(subject, callback, function.get().name(), Map.of()));
                    rows.put(key, row.and(on.level(), asked.calls(driver, callback)));
                }
            }
        }
    }
}
