package org.iommulab.explore.breaks;

/**
 * How far a sweep is.
 *
 * @param parts a story on a kernel, with all its cells, is a part; how many are done
 * @param partsTotal how many there are: known before the first run
 * @param cells how many cells are done
 * @param broken how many of them are broken
 * @param runs how many runs it took, unbroken ones too
 * @param nanos since it began
 */
public record SweepTally(int parts, int partsTotal, int cells, int broken, int runs, long nanos) {
    public double runsPerSecond() {
        return nanos == 0 ? 0 : runs * 1e9 / nanos;
    }
}
