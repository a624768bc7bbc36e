package org.iommulab.app.playback;

/** Is told how far the reading of a long file is, by whoever reads it. */
@FunctionalInterface
public interface Loading {
    /** Nobody looks, and nobody stops it. */
    Loading UNSEEN = (_, _) -> true;

    /**
     * @param bytes read so far
     * @param whole how many there are
     * @return whether to go on; if not, what was read so far is the run
     */
    boolean goesOn(long bytes, long whole);
}
