package org.iommulab.app.story;

import java.util.Locale;
import org.iommulab.scenario.Chapter;

/** Where a chapter stands as seen from a step. */
enum ChapterState {
    DONE,
    /** Done, and its action came back with an error. */
    FAILED,
    HERE,
    TO_COME,
    /** The run ended before it. */
    NEVER;

    static ChapterState of(Chapter chapter, int step) {
        if (!chapter.reached()) {
            return NEVER;
        }
        if (step < chapter.firstStep()) {
            return TO_COME;
        }
        if (step <= chapter.lastStep()) {
            return HERE;
        }
        return chapter.result().startsWith("-") ? FAILED : DONE;
    }

    String styleClass() {
        return "chapter-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a screen reader says after the title. */
    String spoken() {
        return switch (this) {
            case DONE -> "done";
            case FAILED -> "failed";
            case HERE -> "here";
            case TO_COME -> "to come";
            case NEVER -> "not reached";
        };
    }
}
