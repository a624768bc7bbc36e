package org.iommulab.pagetable.golden;

import java.util.List;

/** The page-table formats that a room brings along. */
public interface Formats {
    /** Those that golden cases can be run against. */
    List<GoldenFormat> golden();

    /** Those that can be timed, each of its versions on its own. */
    List<TimedFormat> timed();
}
