package org.iommulab.json;

/** A place in a text, both from 1. */
public record Place(int line, int column) {
    static final Place START = new Place(1, 1);
}
