package org.iommulab.hardware;

/** What a unit does with an access that arrives at it. */
public sealed interface Access {
    /** Goes on to memory, at this physical address. */
    record Pass(long output) implements Access {}

    /** Neither goes on nor is answered: the unit is blocked, or stalls it. */
    record Held() implements Access {}

    /** Ended with an error response. */
    record Refused(String cause) implements Access {}
}
