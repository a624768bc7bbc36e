package org.iommulab.user.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.Mapping;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * How areas come into domains and out of them (drivers/iommu/iommufd/pages.c): the program's pages are pinned, and each
 * run of adjacent ones is one iommu_map in each domain. The first domain of an area remembers the pages for the others.
 * Areas of more than 5,461 runs, which the kernel fills in several goes, are filled in one.
 */
final class IoFill {
    private static final String FILE = "drivers/iommu/iommufd/pages.c";
    private static final Term FILL_DOMAINS =
            Term.of("iopt_area_fill_domains", FILE, Operand.NONE, Operand.NONE, Operand.ERRNO);
    private static final Term FILL_DOMAIN =
            Term.of("iopt_area_fill_domain", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term UNFILL_DOMAINS =
            Term.of("iopt_area_unfill_domains", FILE, Operand.NONE, Operand.NONE, Operand.NONE);
    private static final Term UNFILL_DOMAIN =
            Term.of("iopt_area_unfill_domain", FILE, Operand.OBJECT, Operand.NONE, Operand.NONE);
    private static final Term UNMAP_DOMAIN =
            Term.of("iopt_area_unmap_domain", FILE, Operand.OBJECT, Operand.NONE, Operand.NONE);
    private static final Term PIN = Term.of("pfn_reader_user_pin", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.function("iommu_unmap_nofail", FILE);

    private final Kernel kernel;
    private final Mapping mapping;
    private final UserPages memory;

    IoFill(Iommufd module) {
        this.kernel = module.kernel();
        this.mapping = module.core().mapping();
        this.memory = module.memory();
    }

    /** Pages that lie side by side in physical memory. */
    private record Run(long iova, long physical, long bytes) {}

    /** iopt_pages_fill_xarray: pages that a domain has are pinned already, and so are those of an access before. */
    long pinForAccess(IoArea area) {
        return area.storage().isNull() && !area.accesses().isSet() ? pin(area) : 0;
    }

    /** iopt_area_fill_domains: a new area into every domain that its IOAS has, or into none. */
    long fillAll(IoArea area, List<IommuDomain> domains) {
        if (domains.isEmpty()) {
            return 0; // nothing is pinned before a domain needs it
        }
        return kernel.machine().call(Lane.USER, FILL_DOMAINS, area, 0, 0, () -> {
            long pinned = pin(area);
            if (pinned != 0) {
                return pinned;
            }
            List<Run> runs = runs(area);
            for (int i = 0; i < domains.size(); i++) {
                long error = map(domains.get(i), area, runs);
                if (error != 0) {
                    domains.subList(0, i).forEach(done -> unmap(done, area));
                    return error;
                }
            }
            area.storage().set(domains.getFirst());
            return 0;
        });
    }

    /** iopt_area_fill_domain: an area into a domain that comes later. */
    long fill(IoArea area, IommuDomain domain) {
        return kernel.machine().call(Lane.USER, FILL_DOMAIN, area, domain.id(), 0, () -> {
            Optional<IommuDomain> storage = area.storage().get();
            long pinned = storage.isEmpty() ? pin(area) : 0;
            if (pinned != 0) {
                return pinned;
            }
            storage.ifPresent(other -> readBack(other, area));
            long error = map(domain, area, runs(area));
            if (error == 0 && storage.isEmpty()) {
                area.storage().set(domain);
            }
            return error;
        });
    }

    /** iopt_area_unfill_domains: the area leaves every domain; the one that remembers the pages is last. */
    void unfillAll(IoArea area, List<IommuDomain> domains) {
        kernel.machine().run(Lane.USER, UNFILL_DOMAINS, area, 0, 0, () -> {
            Optional<IommuDomain> storage = area.storage().get();
            if (storage.isEmpty()) {
                return;
            }
            domains.stream().filter(domain -> domain != storage.get()).forEach(domain -> unmap(domain, area));
            unfill(area, storage.get());
        });
    }

    /** A domain leaves: its pages stay pinned when another domain can remember them. */
    void leave(IoArea area, IommuDomain domain, Optional<IommuDomain> heir) {
        if (area.storage().isNull()) {
            return;
        }
        if (heir.isEmpty()) {
            unfill(area, domain);
            return;
        }
        if (area.storage().is(domain)) {
            area.storage().set(heir.get());
        }
        kernel.machine().run(Lane.USER, UNMAP_DOMAIN, area, domain.id(), 0, () -> unmap(domain, area));
    }

    /** iopt_area_unfill_domain: what is mapped is read back, unmapped, and only then unpinned. */
    private void unfill(IoArea area, IommuDomain domain) {
        kernel.machine().run(Lane.USER, UNFILL_DOMAIN, area, domain.id(), 0, () -> {
            readBack(domain, area);
            unmap(domain, area);
            area.storage().setNull();
        });
    }

    // batch_from_domain: page by page
    private void readBack(IommuDomain domain, IoArea area) {
        for (long done = 0; done < area.length(); done += memory.pageBytes()) {
            mapping.iovaToPhys(domain, area.start() + done);
        }
    }

    private long map(IommuDomain domain, IoArea area, List<Run> runs) {
        for (Run run : runs) {
            long error = mapping.map(domain, run.iova(), run.physical(), run.bytes(), area.prot());
            if (error != 0) {
                if (run.iova() != area.start()) {
                    mapping.unmap(domain, area.start(), run.iova() - area.start());
                }
                return error;
            }
        }
        return 0;
    }

    private void unmap(IommuDomain domain, IoArea area) {
        if (mapping.unmap(domain, area.start(), area.length()) != area.length()) {
            kernel.log().warnOn(UNMAP, domain);
        }
    }

    /** -EFAULT where the program has no memory. */
    private long pin(IoArea area) {
        long first = area.addressOf(area.start());
        return kernel.machine().call(Lane.USER, PIN, area, first, area.length(), () -> {
            for (long done = 0; done < area.length(); done += memory.pageBytes()) {
                if (!memory.has(first + done)) {
                    return Errno.EFAULT.negative();
                }
            }
            return 0;
        });
    }

    private List<Run> runs(IoArea area) {
        var runs = new ArrayList<Run>();
        long page = memory.pageBytes();
        for (long done = 0; done < area.length(); done += page) {
            long physical = memory.physicalPage(area.addressOf(area.start() + done));
            Run last = runs.isEmpty() ? new Run(0, -1, 0) : runs.getLast();
            if (!runs.isEmpty() && physical == last.physical() + last.bytes()) {
                runs.set(runs.size() - 1, new Run(last.iova(), last.physical(), last.bytes() + page));
            } else {
                runs.add(new Run(area.start() + done, physical, page));
            }
        }
        return runs;
    }
}
