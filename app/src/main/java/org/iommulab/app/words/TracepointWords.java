package org.iommulab.app.words;

import org.iommulab.sim.Event;
import org.iommulab.sim.Term;

/** What a tracepoint of the kernel says when it fires: all that a tracing tool would print of it. */
final class TracepointWords {
    private TracepointWords() {}

    /**
     * @param thing the device that it is about; empty where it names none
     */
    static String of(Event.Tracepoint event, String thing, Operands operands) {
        Term term = event.term();
        String fires = "The tracepoint " + term.name() + " fires" + (thing.isEmpty() ? "" : " for " + thing);
        return switch (term.name()) {
            case "add_device_to_group", "remove_device_from_group" -> fires + ": group " + event.a() + ".";
            case "map" ->
                fires + ": " + Hex.read(event.a()) + " leads to " + operands.text(term.b(), event.b())
                        + " from now on.";
            case "unmap" -> fires + " at " + Hex.read(event.a()) + ": " + unmapped(event.b());
            case "io_page_fault" ->
                fires + ": " + (event.b() == 0 ? "a read of " : "a write to ") + Hex.read(event.a()) + ".";
            default -> fires + ".";
        };
    }

    // As Term.packSizes packs them.
    private static String unmapped(long packed) {
        long asked = packed >>> 32 << 12;
        long done = (packed & 0xffff_ffffL) << 12;
        return asked == done
                ? Sizes.of(done) + " are unmapped."
                : Sizes.of(done) + " are unmapped, where " + Sizes.of(asked) + " were asked for.";
    }
}
