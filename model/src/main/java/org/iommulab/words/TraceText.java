package org.iommulab.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/**
 * The kernel's tracepoints of a recording, as trace_pipe prints them (include/trace/events/iommu.h). The model has no
 * process: its column says {@code <...>}, as the kernel prints for a process that it does not know.
 */
public final class TraceText {
    private TraceText() {}

    /**
     * Every tracepoint of the recording, a line each.
     *
     * @param seconds the simulated time of a step, since boot
     */
    public static List<String> lines(Recording recording, IntToDoubleFunction seconds) {
        var drivers = new BoundDrivers(recording.machine());
        var lines = new ArrayList<String>();
        for (int step = 1; step <= recording.length(); step++) {
            EventKind kind = recording.kind(step);
            if (kind == EventKind.CHANGED) {
                drivers.see((Event.Changed) recording.event(step));
            } else if (kind == EventKind.TRACEPOINT) {
                var event = (Event.Tracepoint) recording.event(step);
                lines.add(String.format(
                        Locale.ROOT,
                        "           <...>-0       [000] ..... %12.6f: %s: %s",
                        seconds.applyAsDouble(step),
                        event.term().name(),
                        text(recording.machine(), drivers, event)));
            }
        }
        return lines;
    }

    private static String text(Machine machine, BoundDrivers drivers, Event.Tracepoint event) {
        Term term = event.term();
        String device = machine.labelOf(event.object());
        long a = event.a();
        long b = event.b();
        return switch (term.name()) {
            case "add_device_to_group", "remove_device_from_group" -> "IOMMU: groupID=" + a + " device=" + device;
            case "attach_device_to_domain", "detach_device_from_domain" -> "IOMMU: device=" + device;
            case "map" -> {
                long bytes = Operands.bytes(b);
                yield String.format(
                        "IOMMU: iova=0x%016x - 0x%016x paddr=0x%016x size=%d",
                        a, a + bytes, Operands.physical(b), bytes);
            }
            case "unmap" -> {
                long bytes = Operands.firstSize(b);
                yield String.format(
                        "IOMMU: iova=0x%016x - 0x%016x size=%d unmapped_size=%d",
                        a, a + bytes, bytes, Operands.secondSize(b));
            }
            case "io_page_fault" ->
                String.format(
                        "IOMMU:%s %s iova=0x%016x flags=0x%04x", drivers.driverString(event.object()), device, a, b);
            default -> throw new IllegalArgumentException("tracepoint " + term.name() + " has no text form");
        };
    }
}
