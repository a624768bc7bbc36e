package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.core.DomainType;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.DmaApi;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.TlbView;

/** No unmapped page can still be reached while it waits in a flush queue. */
final class NoOpenFlushWindow implements Rule {
    @Override
    public String key() {
        return "no-open-flush-window";
    }

    @Override
    public String title() {
        return "No flush window is open";
    }

    @Override
    public String protects() {
        return "Pages that were given back. Only suspicious: a lazy domain leaves them reachable until the queue is"
                + " flushed, at most 10 ms.";
    }

    @Override
    public String guarantee() {
        return "iommu.strict=0 defers the invalidation of the IOTLB: more throughput, less isolation"
                + " (Documentation/admin-guide/kernel-parameters.txt).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public boolean isSuspicion() {
        return true;
    }

    @Override
    public Optional<String> violation(World world) {
        if (!world.kernel().config("IOMMU_DMA")) {
            return Optional.empty();
        }
        for (IommuUnit unit : world.units().values()) {
            if (unit.tlb().isEmpty()) {
                continue;
            }
            for (IommuDomain domain : world.pointedAtBy(unit)) {
                if (domain.type() == DomainType.DMA_FQ) {
                    Optional<String> words = unit.tlb().stream()
                            .filter(entry -> entry.table() == 0 || domain.isAt(entry.table()))
                            .flatMap(entry -> window(unit, domain, entry).stream())
                            .findFirst();
                    if (words.isPresent()) {
                        return words;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> window(IommuUnit unit, IommuDomain domain, TlbView entry) {
        return DmaApi.flushWindow(domain, entry.input())
                .map(window -> "0x" + Long.toHexString(entry.input()) + " is unmapped and " + unit.label()
                        + " still caches it: open since " + window.openSince() + " ms, for " + window.closesIn()
                        + " ms at most");
    }
}
