package org.iommulab.app.matrix;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.kernel.Callback;

/** The cells of one kernel, as far as they have come in. Belongs to one thread. */
final class Grid {
    private static final Comparator<Subject> BY_NAME =
            Comparator.comparing(Subject::driver).thenComparing(Subject::architecture);

    private record Key(Subject subject, Callback callback) {}

    private final TreeSet<Subject> subjects = new TreeSet<>(BY_NAME);
    private final Map<Key, List<Cell>> cells = new HashMap<>();
    private final Map<Key, Place> places = new HashMap<>();

    /** @param expected rows that are there before their cells are */
    Grid(Collection<Subject> expected) {
        subjects.addAll(expected);
    }

    void add(Collection<Cell> more) {
        for (Cell cell : more) {
            subjects.add(cell.subject());
            var key = new Key(cell.subject(), cell.callback());
            cells.computeIfAbsent(key, _ -> new ArrayList<>()).add(cell);
            places.remove(key);
        }
    }

    /** By name. */
    List<Subject> subjects() {
        return List.copyOf(subjects);
    }

    Optional<Place> at(Subject subject, Callback callback) {
        var key = new Key(subject, callback);
        List<Cell> known = cells.get(key);
        return known == null
                ? Optional.empty()
                : Optional.of(places.computeIfAbsent(key, _ -> new Place(subject, callback, known)));
    }

    Mark mark(Subject subject, Callback callback) {
        return at(subject, callback).map(Place::mark).orElse(Mark.TO_COME);
    }

    /** A row's name: the architecture only where the driver has rows on several. */
    String name(Subject subject) {
        boolean alone = subjects.stream()
                        .filter(other -> other.driver().equals(subject.driver()))
                        .count()
                == 1;
        return alone ? subject.driver() : subject.toString();
    }

    /** Every cell, in the order of rows, columns and badness. */
    List<Cell> all() {
        var all = new ArrayList<Cell>();
        for (Subject subject : subjects) {
            for (Callback callback : Callback.values()) {
                at(subject, callback).ifPresent(place -> all.addAll(place.cells()));
            }
        }
        return all;
    }
}
