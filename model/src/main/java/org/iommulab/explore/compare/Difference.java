package org.iommulab.explore.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Something about the machine at the end that is not the same on all sides.
 *
 * @param topic what kind of thing it is about
 * @param about the thing: {@code group 0}, {@code 12e20000.sysmmu}, a line of the log
 * @param fact what is said of it, so that a value can follow: {@code is attached to}
 * @param values one for each side
 */
public record Difference(Topic topic, String about, String fact, List<String> values) {
    public Difference {
        values = List.copyOf(values);
    }

    /** In the order in which they are told. */
    public enum Topic {
        OUTCOME,
        RULE,
        UNIT,
        GROUP,
        DEVICE,
        DOMAIN,
        STORY,
        LOG
    }

    /**
     * In words: {@code Group 0 is attached to mapping 1 (6.2), nothing (6.2+p1).}
     *
     * @param titles one for each side
     */
    public String sentence(List<String> titles) {
        Map<String, List<String>> sides = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            sides.computeIfAbsent(values.get(i), _ -> new ArrayList<>()).add(titles.get(i));
        }
        String said = sides.entrySet().stream()
                .map(side -> side.getKey() + " (" + String.join("; ", side.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return about + (fact.isEmpty() ? " " : " " + fact + " ") + said;
    }
}
