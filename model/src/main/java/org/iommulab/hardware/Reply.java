package org.iommulab.hardware;

/** What a master gets for an access. */
public sealed interface Reply {
    /** Done; the 32 bits that were read or written. */
    record Done(int value) implements Reply {}

    /** No answer yet: the unit holds the access. */
    record Held() implements Reply {}

    /** An error response, with the unit's word for the cause. */
    record Refused(String cause) implements Reply {}

    /** An error response of the bus: nothing is at that physical address. */
    record NoAnswer(long address) implements Reply {}
}
