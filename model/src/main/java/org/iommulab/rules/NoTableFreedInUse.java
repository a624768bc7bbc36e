package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.IommuUnit;

/** No unit walks the table of a domain that was freed, or whose driver gave the table back before. */
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
    public String protects() {
        return "Memory: hardware does not walk tables that belong to somebody else by now.";
    }

    @Override
    public String guarantee() {
        return "iommu_domain_free: a domain is freed when no device is attached to it (drivers/iommu/iommu.c).";
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
        if (!world.machine().remembered(this, () -> isAnyFreed(world))) {
            return Optional.empty();
        }
        for (IommuUnit unit : world.units().values()) {
            for (IommuDomain domain : world.pointedAtBy(unit)) {
                if (domain.hasFreedTables()) {
                    return Optional.of(unit.label() + " walks the freed table of " + world.nameOf(domain));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isAnyFreed(World world) {
        for (IommuDomain domain : world.core().domains().all()) {
            if (domain.hasFreedTables()) {
                return true;
            }
        }
        return false;
    }
}
