package org.iommulab.app.words;

/** How terms are spoken of inside a sentence. */
public final class EventNames {
    private EventNames() {}

    /** A table entry by its level: {@code lv1 entry}, whether or not the term says so itself. */
    public static String entry(String level) {
        return level.contains("entry") ? level : level + " entry";
    }
}
