package org.iommulab.user.held;

import java.util.List;
import java.util.Optional;
import org.iommulab.sim.SimObject;

/**
 * Something that a program holds.
 *
 * @param name what the program calls it: a path, or kind and number
 * @param state what it is for now, in a few words
 * @param closed whether the program has closed it and something else keeps it alive
 * @param in the open file that it is a number in, or that it is in
 * @param on what it stands on: a group, a device, domains, an address space, a page table
 * @param notes what it holds
 */
public record Held(
        SimObject object,
        HeldKind kind,
        String name,
        String state,
        boolean closed,
        Optional<SimObject> in,
        List<SimObject> on,
        List<Note> notes) {
    public Held {
        on = List.copyOf(on);
        notes = List.copyOf(notes);
    }

    /**
     * @param label what is told
     * @param of the object that the value names
     */
    public record Note(String label, String value, Optional<SimObject> of) {
        public static Note of(String label, String value) {
            return new Note(label, value, Optional.empty());
        }

        public static Note of(String label, SimObject object, String value) {
            return new Note(label, value, Optional.of(object));
        }
    }
}
