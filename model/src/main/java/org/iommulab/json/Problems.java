package org.iommulab.json;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was found wrong in one file so far. */
public final class Problems {
    private static final int TOLD = 20;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private JsonValue document = new JsonValue.Nothing(Place.START);

    public Problems(String file) {
        this.file = file;
    }

    /** From now on {@link #at} looks up places in this document. */
    void locateIn(JsonValue newDocument) {
        document = newDocument;
    }

    public void add(Place place, String pointer, String message) {
        found.add(new Problem(file, place, pointer, message));
    }

    /** A problem of the value that the pointer names, or of the nearest value around it that is there. */
    public void at(String pointer, String message) {
        add(Pointers.place(document, pointer), pointer, message);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public int count() {
        return found.size();
    }

    /** Throws when anything was found: the first problems of the file, and how many more there are. */
    public void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        var sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt((Problem p) -> p.place().line())
                .thenComparingInt(p -> p.place().column()));
        if (sorted.size() > TOLD) {
            int more = sorted.size() - TOLD;
            sorted.subList(TOLD, sorted.size()).clear();
            sorted.add(new Problem(file, sorted.getLast().place(), "", more + " more problems"));
        }
        throw new BadInput(sorted);
    }
}
