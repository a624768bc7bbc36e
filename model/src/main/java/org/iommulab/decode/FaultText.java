package org.iommulab.decode;

import java.util.List;

/** What a vendor's driver prints, and what it means. */
public interface FaultText {
    /** Whose lines these are, for people: {@code Intel VT-d}. */
    String title();

    /** Those that are more special come first: the first that fits is taken. */
    List<Report> reports();
}
