package org.iommulab.app.timeline;

import org.iommulab.app.draw.Tone;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;

/** What colour an event has, by meaning. */
final class EventTone {
    private EventTone() {}

    /** Of a lane's calls and blocks. */
    static Tone of(Lane lane) {
        return switch (lane) {
            case USER, HARDWARE -> Tone.PLATFORM;
            case CORE -> Tone.KERNEL;
            case DRIVER -> Tone.UNMANAGED;
            case DMA -> Tone.IDENTITY;
        };
    }

    static Tone of(Event event) {
        return switch (event) {
            case Event.Warn _, Event.Oops _, Event.Hang _, Event.Fault _, Event.UseAfterFree _ -> Tone.DANGER;
            case Event.Check check -> check.good() == check.total() ? Tone.IDENTITY : Tone.DANGER;
            default -> of(event.lane());
        };
    }
}
