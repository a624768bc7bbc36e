package org.iommulab.user.vfio;

import java.util.List;
import java.util.Optional;
import org.iommulab.core.Domains;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.ReservedRegions;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * How a group comes into a container's address space and goes out of it (vfio_iommu_type1_attach_group and
 * vfio_iommu_type1_detach_group, v6.1 to v6.12).
 */
final class Type1Attach {
    private static final Term ATTACH = Term.function("vfio_iommu_type1_attach_group", Type1Iommu.FILE);
    private static final Term DETACH = Term.function("vfio_iommu_type1_detach_group", Type1Iommu.FILE);
    private static final Term NO_REMAPPING =
            LogText.of("<4>vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param "
                    + "\"allow_unsafe_interrupts\" to enable VFIO IOMMU support on this platform");

    private final Type1Iommu iommu;
    private final Type1Unmap unmapping;
    private final Type1Replay replay;
    private final Kernel kernel;
    private final IommuCore core;

    Type1Attach(Type1Iommu iommu, Type1Unmap unmapping) {
        this.iommu = iommu;
        this.unmapping = unmapping;
        this.replay = new Type1Replay(iommu);
        this.kernel = iommu.vfio().kernel();
        this.core = iommu.vfio().core();
    }

    /** 0; -EINVAL for a group that is here already or whose addresses do not fit, -EPERM for unsafe interrupts, others. */
    long attach(Group group) {
        return iommu.machine().call(Lane.USER, ATTACH, iommu, group.id(), 0, () -> {
            if (domainOf(group).isPresent()) {
                return Errno.EINVAL.negative();
            }
            Domains.Made made =
                    core.domains().allocPaging(group.devices().toList().getFirst());
            if (made.domain().isEmpty()) {
                // iommu_domain_alloc does not say why
                return kernel.has(Behaviour.PAGING_DOMAIN_FOR_DEVICE) ? made.error() : Errno.EIO.negative();
            }
            IommuDomain domain = made.domain().get();
            long error = iommu.isNesting() ? core.domains().enableNesting(domain) : 0;
            error = error == 0 ? core.attaching().attachGroup(domain, group) : error;
            if (error != 0) {
                core.domains().free(domain);
                return error;
            }
            return attached(group, new Type1Domain(domain));
        });
    }

    private long attached(Group group, Type1Domain fresh) {
        if (isApertureInConflict(fresh.aperture())) {
            return undo(group, fresh, Errno.EINVAL);
        }
        List<ResvRegion> regions = ReservedRegions.ofGroup(kernel, group);
        if (regions.stream().anyMatch(this::isMapped)) {
            return undo(group, fresh, Errno.EINVAL);
        }
        List<IovaRange> usable =
                IovaRanges.exclude(IovaRanges.cut(iommu.ranges().toList(), fresh.aperture()), regions);
        if (usable.isEmpty()) {
            return undo(group, fresh, Errno.EINVAL);
        }
        boolean isolated = core.msi().isIsolated(group);
        if (!isolated && !iommu.vfio().parameters().allowUnsafeInterrupts()) {
            kernel.log().line(NO_REMAPPING, kernel, 0, 0);
            return undo(group, fresh, Errno.EPERM);
        }
        fresh.enforcesCoherency().set(core.domains().enforceCacheCoherency(fresh.domain()));
        for (Type1Domain existing : iommu.domains().toList()) {
            if (isLike(existing, fresh)) {
                core.attaching().detachGroup(fresh.domain(), group);
                if (core.attaching().attachGroup(existing.domain(), group) == 0) {
                    existing.groups().addFirst(group);
                    core.domains().free(fresh.domain());
                    iommu.ranges().set(usable);
                    return 0;
                }
                long error = core.attaching().attachGroup(fresh.domain(), group);
                if (error != 0) {
                    core.domains().free(fresh.domain());
                    return error;
                }
            }
        }
        return takeIn(group, fresh, regions, usable);
    }

    // a domain of its own
    private long takeIn(Group group, Type1Domain fresh, List<ResvRegion> regions, List<IovaRange> usable) {
        replay.testForLargePages(fresh, usable);
        long error = replay.replay(fresh);
        Optional<ResvRegion> window = softwareMsi(regions);
        if (error == 0 && window.isPresent()) {
            error = core.domains().getMsiCookie(fresh.domain(), window.get().start());
            error = error == Errno.ENODEV.negative() ? 0 : error;
        }
        if (error != 0) {
            core.attaching().detachGroup(fresh.domain(), group);
            core.domains().free(fresh.domain());
            return error;
        }
        fresh.groups().addFirst(group);
        iommu.domains().addFirst(fresh);
        iommu.updatePageSizes();
        iommu.ranges().set(usable);
        return 0;
    }

    private long undo(Group group, Type1Domain fresh, Errno errno) {
        core.attaching().detachGroup(fresh.domain(), group);
        core.domains().free(fresh.domain());
        return errno.negative();
    }

    private static boolean isLike(Type1Domain existing, Type1Domain fresh) {
        return existing.domain().ops().same(fresh.domain().ops())
                && existing.enforcesCoherency().get()
                        == fresh.enforcesCoherency().get();
    }

    // vfio_iommu_aper_conflict: disjoint from what can be used so far, or something is mapped that would be outside
    private boolean isApertureInConflict(IovaRange aperture) {
        List<IovaRange> ranges = iommu.ranges().toList();
        if (ranges.isEmpty()) {
            return false;
        }
        long first = ranges.getFirst().start();
        long last = ranges.getLast().last();
        if (!aperture.overlaps(first, last)) {
            return true;
        }
        boolean below = Long.compareUnsigned(aperture.start(), first) > 0
                && iommu.entries().find(first, aperture.start() - first) != 0;
        boolean above = Long.compareUnsigned(aperture.last(), last) < 0
                && iommu.entries().find(aperture.last() + 1, last - aperture.last()) != 0;
        return below || above;
    }

    // vfio_iommu_resv_conflict
    private boolean isMapped(ResvRegion region) {
        return region.type() != ResvRegion.Type.DIRECT_RELAXABLE
                && iommu.entries().find(region.start(), region.length()) != 0;
    }

    // vfio_iommu_has_sw_msi: a window of the hardware's goes before one of software
    private static Optional<ResvRegion> softwareMsi(List<ResvRegion> regions) {
        boolean hardware = regions.stream().anyMatch(region -> region.type() == ResvRegion.Type.MSI);
        return regions.stream()
                .filter(region -> !hardware && region.type() == ResvRegion.Type.SW_MSI)
                .findFirst();
    }

    private Optional<Type1Domain> domainOf(Group group) {
        return iommu.domains().toList().stream()
                .filter(domain -> domain.groups().contains(group))
                .findFirst();
    }

    /** With the last group of the last domain all mappings go, when no device can use them any more. */
    void detach(Group group) {
        iommu.machine().run(Lane.USER, DETACH, iommu, group.id(), 0, () -> {
            List<IovaRange> ranges = iommu.ranges().toList();
            Optional<Type1Domain> found = domainOf(group);
            if (found.isPresent()) {
                Type1Domain domain = found.get();
                core.attaching().detachGroup(domain.domain(), group);
                domain.groups().remove(group);
                if (domain.groups().isEmpty()) {
                    if (iommu.domains().size() == 1) {
                        unmapping.removeAll();
                    }
                    core.domains().free(domain.domain());
                    iommu.domains().remove(domain);
                    ranges = expanded(ranges);
                    iommu.updatePageSizes();
                }
            }
            refresh(ranges);
        });
    }

    // vfio_iommu_aper_expand: from the highest start to the lowest end of the apertures that are left
    private List<IovaRange> expanded(List<IovaRange> ranges) {
        if (ranges.isEmpty()) {
            return ranges;
        }
        long start = 0;
        long last = -1;
        for (Type1Domain each : iommu.domains().toList()) {
            start = IovaRanges.max(start, each.aperture().start());
            last = IovaRanges.min(last, each.aperture().last());
        }
        return List.of(new IovaRange(start, last));
    }

    // vfio_iommu_resv_refresh: everything between the ends, less what the groups that are left have reserved
    private void refresh(List<IovaRange> ranges) {
        if (ranges.isEmpty()) {
            return;
        }
        List<IovaRange> usable = List.of(
                new IovaRange(ranges.getFirst().start(), ranges.getLast().last()));
        for (Type1Domain domain : iommu.domains().toList()) {
            for (Group each : domain.groups().toList()) {
                usable = IovaRanges.exclude(usable, ReservedRegions.ofGroup(kernel, each));
            }
        }
        if (!usable.isEmpty()) {
            iommu.ranges().set(usable);
        }
    }
}
