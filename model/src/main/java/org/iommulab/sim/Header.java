package org.iommulab.sim;

/** Reads the header of an event, as {@link Events#header} gives it. */
public final class Header {
    private Header() {}

    public static EventKind kind(long header) {
        return EventKind.of((int) (header >>> 56));
    }

    public static int depth(long header) {
        return (int) (header >>> 40) & 0xfff;
    }

    public static Term term(long header) {
        return Term.numbered((int) (header >>> 24) & 0xffff);
    }

    /** Whether state changed between the event before and this one. */
    public static boolean changesState(long header) {
        return (header & 0xff) != 0;
    }
}
