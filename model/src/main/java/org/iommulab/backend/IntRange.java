package org.iommulab.backend;

/** Whole numbers from one to another, both included. */
public record IntRange(long from, long to) {
    public boolean contains(long value) {
        return value >= from && value <= to;
    }

    @Override
    public String toString() {
        return from + " to " + to;
    }
}
