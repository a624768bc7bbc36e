package org.iommulab.board;

/** When something is there: from the start, or only when a story lets it appear. */
public enum Appears {
    AT_BOOT,
    LATER
}
