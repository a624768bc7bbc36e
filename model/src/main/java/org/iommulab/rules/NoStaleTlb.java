package org.iommulab.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.DmaApi;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.TlbView;

/** What a translating unit has cached is what its domain's table says, or waits in a flush queue to be forgotten. */
public final class NoStaleTlb implements Rule {
    @Override
    public String key() {
        return "no-stale-tlb";
    }

    @Override
    public String title() {
        return "No stale TLB entry after unmap and sync";
    }

    @Override
    public String protects() {
        return "Pages that were given back: no device reaches them through a cached translation.";
    }

    @Override
    public String guarantee() {
        return "iommu_unmap returns when the IOTLB has forgotten the range: iommu_iotlb_sync (include/linux/iommu.h).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Harm harm() {
        return Harm.WRONG_MEMORY;
    }

    @Override
    public boolean looksIntoTables() {
        return true;
    }

    @Override
    public Optional<String> violation(World world) {
        for (IommuUnit unit : world.units().values()) {
            List<TlbView> stale = staleEntries(world, unit);
            if (!stale.isEmpty()) {
                return Optional.of(unit.label() + " still caches 0x"
                        + Long.toHexString(stale.getFirst().input()) + " -> 0x"
                        + Long.toHexString(stale.getFirst().output()) + ", which no table has");
            }
        }
        return Optional.empty();
    }

    /** Cached translations that the table, as it is in memory now, does not have. */
    public static List<TlbView> staleEntries(World world, IommuUnit unit) {
        List<TlbView> cached = unit.tlb();
        if (cached.isEmpty()) {
            return cached;
        }
        var stale = new ArrayList<TlbView>();
        List<IommuDomain> walked = world.pointedAtBy(unit);
        for (TlbView entry : cached) {
            Optional<IommuDomain> domain = entry.table() == 0
                    ? walked.stream().findFirst()
                    : walked.stream().filter(d -> d.isAt(entry.table())).findFirst();
            if (domain.filter(d -> d.lookUp(entry.input()) != entry.output())
                    .filter(d -> !DmaApi.waitsForFlush(d, entry.input()))
                    .isPresent()) {
                stale.add(entry);
            }
        }
        return stale;
    }
}
