package org.iommulab.app.matrix;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.kernel.Callback;

/**
 * What is typed to see less: beginnings of words of drivers, architectures, callbacks and effects. Those of one kind
 * add up, those of different kinds narrow each other down; {@code broken} stands for every effect that is.
 *
 * @param subjects rows to show; empty for all
 * @param callbacks columns to show; empty for all
 * @param marks what to look for; empty for everything
 * @param unknown words that mean nothing here
 */
record Filter(Set<Subject> subjects, Set<Callback> callbacks, Set<Mark> marks, List<String> unknown) {
    static final Filter NONE = new Filter(Set.of(), Set.of(), Set.of(), List.of());

    static Filter of(String typed, List<Subject> subjects) {
        var rows = new LinkedHashSet<Subject>();
        var columns = EnumSet.noneOf(Callback.class);
        var marks = EnumSet.noneOf(Mark.class);
        var unknown = new java.util.ArrayList<String>();
        for (String word : typed.toLowerCase(Locale.ROOT).strip().split("[\\s,]+")) {
            if (word.isEmpty()) {
                continue;
            }
            Set<Subject> hitRows = subjects.stream()
                    .filter(subject -> begins(subject.toString(), word))
                    .collect(Collectors.toSet());
            Set<Callback> hitColumns = Arrays.stream(Callback.values())
                    .filter(callback -> begins(callback.kernelName(), word))
                    .collect(Collectors.toSet());
            Set<Mark> hitMarks = Arrays.stream(Mark.values())
                    .filter(mark -> word.length() > 2 && "broken".startsWith(word)
                            ? mark.isLoud()
                            : key(mark).startsWith(word))
                    .collect(Collectors.toSet());
            rows.addAll(hitRows);
            columns.addAll(hitColumns);
            marks.addAll(hitMarks);
            if (hitRows.isEmpty() && hitColumns.isEmpty() && hitMarks.isEmpty()) {
                unknown.add(word);
            }
        }
        return new Filter(rows, columns, marks, List.copyOf(unknown));
    }

    private static String key(Mark mark) {
        return mark.word().toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /** Whether the name, or one of the words that it is made of, begins like this. */
    private static boolean begins(String name, String word) {
        String low = name.toLowerCase(Locale.ROOT);
        return low.startsWith(word) || Arrays.stream(low.split("[^a-z0-9]+")).anyMatch(part -> part.startsWith(word));
    }

    boolean lights(Mark mark) {
        return marks.isEmpty() || marks.contains(mark);
    }
}
