package org.iommulab.backend;

/** Whole numbers from one to another, both included. */
public record IntRange(int from, int to) {
    public boolean contains(int value) {
        return value >= from && value <= to;
    }

    @Override
    public String toString() {
        return from + " to " + to;
    }
}
