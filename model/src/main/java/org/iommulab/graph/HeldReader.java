package org.iommulab.graph;

import java.util.List;
import org.iommulab.board.World;
import org.iommulab.sim.SimObject;
import org.iommulab.user.held.Held;

/** Reads what a program holds, as it is where the cursor stands. */
final class HeldReader {
    private HeldReader() {}

    static List<HeldView> read(World world) {
        return world.vfio().held().stream().map(HeldReader::view).toList();
    }

    private static HeldView view(Held held) {
        return new HeldView(
                held.object().id(),
                held.kind(),
                held.name(),
                held.state(),
                held.closed(),
                held.in().stream().mapToInt(SimObject::id).findFirst(),
                held.on().stream().map(SimObject::id).toList(),
                held.notes().stream()
                        .map(note -> new HeldView.Note(
                                note.label(),
                                note.value(),
                                note.of().map(SimObject::id).orElse(0)))
                        .toList());
    }
}
