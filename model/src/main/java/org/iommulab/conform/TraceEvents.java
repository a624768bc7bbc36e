package org.iommulab.conform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;
import org.iommulab.words.Operands;

/** The trace events of a part of a recording. */
final class TraceEvents {
    private TraceEvents() {}

    /** Those of the steps after {@code from} up to {@code to}. */
    static List<TraceEvent> of(Recording recording, int from, int to) {
        var events = new ArrayList<TraceEvent>();
        for (int step = from + 1; step <= to; step++) {
            if (recording.kind(step) == EventKind.TRACEPOINT) {
                event(recording, (Event.Tracepoint) recording.event(step)).ifPresent(events::add);
            }
        }
        return events;
    }

    private static Optional<TraceEvent> event(Recording recording, Event.Tracepoint event) {
        String object = recording.machine().labelOf(event.object());
        long a = event.a();
        long b = event.b();
        return Optional.ofNullable(
                switch (event.term().name()) {
                    case "add_device_to_group" -> new TraceEvent.Membership(true, (int) a, object);
                    case "remove_device_from_group" -> new TraceEvent.Membership(false, (int) a, object);
                    case "attach_device_to_domain" -> new TraceEvent.Attachment(true, object);
                    case "detach_device_from_domain" -> new TraceEvent.Attachment(false, object);
                    case "map" -> new TraceEvent.Map(a, Operands.physical(b), Operands.bytes(b));
                    case "unmap" -> new TraceEvent.Unmap(a, Operands.firstSize(b), Operands.secondSize(b));
                    default -> null; // io_page_fault: no capture has one
                });
    }
}
