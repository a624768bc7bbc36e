package org.iommulab.json;

/**
 * Something wrong in a file.
 *
 * @param file as the user named it
 * @param pointer the JSON pointer of the value; empty for the whole document
 * @param message what is wrong, what was expected, what was perhaps meant
 */
public record Problem(String file, Place place, String pointer, String message) {
    /** {@code FILE:LINE:COLUMN: /json/pointer: message}. */
    @Override
    public String toString() {
        return file + ":" + place.line() + ":" + place.column() + ": " + (pointer.isEmpty() ? "/" : pointer) + ": "
                + message;
    }
}
