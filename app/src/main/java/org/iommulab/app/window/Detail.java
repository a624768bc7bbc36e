package org.iommulab.app.window;

import org.iommulab.sim.Event;

/** The views that take turns beside the timeline. */
enum Detail {
    WALK("Walk"),
    LOG("Log"),
    REGISTERS("Registers"),
    SOURCE("Source");

    private final String title;

    Detail(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** The one that shows most of an event. */
    static Detail of(Event event) {
        return switch (event) {
            case Event.TableWrite _,
                    Event.Memory _,
                    Event.Dma _,
                    Event.TlbHit _,
                    Event.TlbMiss _,
                    Event.WalkRead _,
                    Event.TlbFill _,
                    Event.Translated _,
                    Event.Data _,
                    Event.Fault _,
                    Event.Check _ -> WALK;
            case Event.RegisterWrite _, Event.RegisterRead _, Event.TlbFlush _, Event.Interrupt _ -> REGISTERS;
            case Event.Log _, Event.Tracepoint _, Event.Warn _, Event.Oops _, Event.Hang _, Event.UseAfterFree _ -> LOG;
            case Event.Chapter _, Event.Enter _, Event.Callback _, Event.Leave _, Event.Missing _, Event.Changed _ ->
                SOURCE;
        };
    }
}
