package org.iommulab.testkit;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;

/** What events and entries say, in the short form that tests compare. */
public final class Words {
    private Words() {}

    /** The events after a step. */
    public static List<Event> since(Machine machine, int step) {
        var recording = machine.finish();
        var events = new ArrayList<Event>();
        for (int i = step + 1; i <= machine.steps(); i++) {
            events.add(recording.event(i));
        }
        return events;
    }

    /** Their kinds, {@code Dma TlbMiss WalkRead}. */
    public static String kinds(Machine machine, int step) {
        return String.join(
                " ",
                since(machine, step).stream()
                        .map(e -> e.getClass().getSimpleName())
                        .toList());
    }

    /** The register writes after a step, {@code 5d8<-3 5c0<-1}. */
    public static String writes(Machine machine, int step) {
        return String.join(
                " ",
                since(machine, step).stream()
                        .filter(Event.RegisterWrite.class::isInstance)
                        .map(Event.RegisterWrite.class::cast)
                        .map(w -> Long.toHexString(w.offset()) + "<-" + Long.toHexString(w.value()))
                        .toList());
    }

    /** Whether fields are neighbours from the top bit to bit 0, and put together again give the entry. */
    public static boolean cover(List<BitField> fields, int bits, long entry) {
        int next = bits - 1;
        long together = 0;
        for (BitField field : fields) {
            if (field.high() != next) {
                return false;
            }
            next = field.low() - 1;
            together |= field.value() << field.low();
        }
        return next == -1 && together == entry;
    }
}
