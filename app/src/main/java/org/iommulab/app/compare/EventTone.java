package org.iommulab.app.compare;

import org.iommulab.app.draw.Tone;
import org.iommulab.explore.compare.Alignment.RowKind;
import org.iommulab.sim.EventKind;

/** How loud an event is: what is the same everywhere is muted, what goes wrong has the colour of it. */
final class EventTone {
    private EventTone() {}

    static Tone of(EventKind event, RowKind row) {
        return isHarm(event) ? Tone.DANGER : row == RowKind.SAME ? Tone.MUTED : Tone.TEXT;
    }

    static boolean isHarm(EventKind event) {
        return switch (event) {
            case WARN, OOPS, HANG, FAULT, USE_AFTER_FREE -> true;
            default -> false;
        };
    }
}
