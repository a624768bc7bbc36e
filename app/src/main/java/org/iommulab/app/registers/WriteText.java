package org.iommulab.app.registers;

import org.iommulab.app.words.EventNames;
import org.iommulab.app.words.Hex;
import org.iommulab.app.words.StepWords;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;

/**
 * A write in words.
 *
 * @param name the register, or the table's level
 * @param value in groups of four digits
 * @param offset of the register in its unit; empty for a table entry
 * @param place which unit, or which address and domain
 * @param meaning what it means, may be empty
 */
record WriteText(String name, String offset, String value, String place, String meaning) {
    static WriteText of(Event event, Machine machine) {
        String thing = event.object() == 0 ? "" : machine.labelOf(event.object());
        return switch (event) {
            case Event.RegisterWrite write ->
                new WriteText(
                        write.term().name(),
                        Hex.read(write.offset()),
                        Hex.word(write.value()),
                        thing,
                        StepWords.why(event));
            case Event.TableWrite write ->
                new WriteText(
                        EventNames.entry(write.term().name()),
                        "",
                        Hex.word(write.value()),
                        "0x" + Hex.groups(write.address(), 8) + (thing.isEmpty() ? "" : " of " + thing),
                        write.value() == 0 ? "The entry is cleared." : StepWords.why(event));
            default -> throw new IllegalArgumentException("no write: " + event);
        };
    }

    String line() {
        String where = offset.isEmpty() ? "" : "offset " + offset + " of ";
        return name + " = " + value + ", " + where + place + (meaning.isEmpty() ? "" : ": " + meaning);
    }
}
