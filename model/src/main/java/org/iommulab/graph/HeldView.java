package org.iommulab.graph;

import java.util.List;
import java.util.OptionalInt;
import org.iommulab.user.held.HeldKind;

/**
 * Something that a program of user space holds: an open file of VFIO's or iommufd's, or an object behind one.
 *
 * @param name what the program calls it
 * @param state what it is for now, in a few words
 * @param closed whether the program has closed it, and something else keeps it alive
 * @param in id of the open file that it is a number in, or that its group is in
 * @param on ids of what it stands on: a group, a device, domains, an address space, another page table
 * @param notes what it holds
 */
public record HeldView(
        int id,
        HeldKind kind,
        String name,
        String state,
        boolean closed,
        OptionalInt in,
        List<Integer> on,
        List<Note> notes) {
    public HeldView {
        on = List.copyOf(on);
        notes = List.copyOf(notes);
    }

    /**
     * @param label what is told
     * @param of id of the object that the value names, 0 for none
     */
    public record Note(String label, String value, int of) {}
}
