package org.iommulab.app.matrix;

import java.util.Locale;

/** The order of rows and columns. */
enum Sorting {
    /** Drivers by name, callbacks as the kernel's tables have them. */
    BY_NAME("Sort by name"),
    /** Where most breaks first: rows to the top, columns to the left. */
    WORST_FIRST("Sort by what breaks most");

    private final String title;

    Sorting(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
