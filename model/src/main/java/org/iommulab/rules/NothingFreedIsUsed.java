package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;

/** Freed memory is not used. The event itself is the violation; it stays broken from then on. */
final class NothingFreedIsUsed implements Rule {
    @Override
    public String key() {
        return "nothing-freed-is-used";
    }

    @Override
    public String title() {
        return "Nothing freed is used";
    }

    @Override
    public Quiet quiet() {
        return Quiet.ALWAYS;
    }

    @Override
    public Optional<String> violation(World world) {
        long uses = world.machine().usesAfterFree();
        return uses == 0
                ? Optional.empty()
                : Optional.of("freed memory was used; what a real machine does then is undefined");
    }
}
