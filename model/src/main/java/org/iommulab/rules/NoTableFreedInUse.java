package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.hardware.IommuUnit;

/** No unit walks the table of a domain that was freed. */
final class NoTableFreedInUse implements Rule {
    @Override
    public String key() {
        return "no-table-freed-in-use";
    }

    @Override
    public String title() {
        return "No table freed while hardware points at it";
    }

    @Override
    public Quiet quiet() {
        return Quiet.ALWAYS;
    }

    @Override
    public Optional<String> violation(World world) {
        for (IommuUnit unit : world.units().values()) {
            Optional<String> words = world.pointedAtBy(unit).stream()
                    .filter(domain -> domain.freed().get() && domain.freesTables())
                    .findFirst()
                    .map(domain -> unit.label() + " walks the freed table of " + world.nameOf(domain));
            if (words.isPresent()) {
                return words;
            }
        }
        return Optional.empty();
    }
}
