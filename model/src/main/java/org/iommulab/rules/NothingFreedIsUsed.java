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
    public String protects() {
        return "The kernel: nothing is reached through a pointer at freed memory.";
    }

    @Override
    public String guarantee() {
        return "The rule of every kernel object; KASAN reports it as use-after-free.";
    }

    @Override
    public Quiet quiet() {
        return Quiet.ALWAYS;
    }

    @Override
    public Harm harm() {
        return Harm.FREED_MEMORY;
    }

    @Override
    public Optional<String> violation(World world) {
        long uses = world.machine().usesAfterFree();
        return uses == 0
                ? Optional.empty()
                : Optional.of("freed memory was used; what a real machine does then is undefined");
    }
}
