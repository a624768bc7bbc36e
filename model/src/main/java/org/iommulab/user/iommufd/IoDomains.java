package org.iommulab.user.iommufd;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Domains that come to an IOAS and leave it (drivers/iommu/iommufd/io_pagetable.c). */
final class IoDomains {
    private static final Term ADD =
            Term.of("iopt_table_add_domain", IoPagetable.FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term REMOVE =
            Term.of("iopt_table_remove_domain", IoPagetable.FILE, Operand.OBJECT, Operand.NONE, Operand.NONE);

    private static final Term ADD_ACCESS =
            Term.of("iopt_add_access", IoPagetable.FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term REMOVE_ACCESS =
            Term.of("iopt_remove_access", IoPagetable.FILE, Operand.OBJECT, Operand.NONE, Operand.NONE);

    private final Ioas ioas;
    private final IoPagetable table;
    private final IoFill fill;
    private final RefList<IommufdAccess> accesses;

    IoDomains(Ioas ioas, IoFill fill) {
        this.ioas = ioas;
        this.table = ioas.table();
        this.fill = fill;
        this.accesses = new RefList<>(ioas, IommufdAccess.class);
    }

    /**
     * iopt_table_add_domain: everything that is mapped goes into it. -EINVAL for pages larger than the CPU's, -EADDRINUSE
     * for mappings that do not fit its pages or its aperture, or what a driver says of a mapping.
     */
    long add(IommuDomain domain) {
        return ioas.machine().call(Lane.USER, ADD, ioas, domain.id(), 0, () -> {
            long smallest = Long.lowestOneBit(domain.pgsizeBitmap());
            long wanted = Math.max(smallest, table.alignment().get());
            if (wanted > ioas.ctx().module().memory().pageBytes()) {
                return Errno.EINVAL.negative();
            }
            if (wanted != table.alignment().get() && !fits(wanted)) {
                return Errno.EADDRINUSE.negative();
            }
            long error = reserveOutside(domain);
            error = error == 0 ? fillAll(domain) : error;
            if (error != 0) {
                table.removeReserved(domain);
                return error;
            }
            table.alignment().set(wanted);
            table.domains().add(domain);
            return 0;
        });
    }

    private boolean fits(long alignment) {
        return table.areas().stream()
                .allMatch(area -> ((area.start() | area.length() | area.addressOf(area.start())) & alignment - 1) == 0);
    }

    private long reserveOutside(IommuDomain domain) {
        long error = domain.apertureStart() == 0 ? 0 : table.reserve(0, domain.apertureStart() - 1, domain);
        return error == 0 && domain.apertureEnd() != -1 ? table.reserve(domain.apertureEnd() + 1, -1, domain) : error;
    }

    // iopt_fill_domain
    private long fillAll(IommuDomain domain) {
        List<IoArea> areas = table.areas();
        for (int i = 0; i < areas.size(); i++) {
            long error = fill.fill(areas.get(i), domain);
            if (error != 0) {
                Optional<IommuDomain> heir = table.domains().toList().stream().findFirst();
                areas.subList(0, i).forEach(done -> fill.leave(done, domain, heir));
                return error;
            }
        }
        return 0;
    }

    /** iopt_table_remove_domain: every mapping leaves it; the last of the domains takes its place in the list. */
    void remove(IommuDomain domain) {
        ioas.machine().run(Lane.USER, REMOVE, ioas, domain.id(), 0, () -> {
            List<IommuDomain> before = table.domains().toList();
            IommuDomain last = before.getLast();
            table.domains().clear();
            for (IommuDomain each : before.subList(0, before.size() - 1)) {
                table.domains().add(each == domain ? last : each);
            }
            Optional<IommuDomain> heir = table.domains().toList().stream().findFirst();
            table.areas().forEach(area -> fill.leave(area, domain, heir));
            table.removeReserved(domain);
            table.alignment().set(neededAlignment());
        });
    }

    // iopt_calculate_iova_alignment
    private long neededAlignment() {
        return LongStream.concat(
                        table.domains().toList().stream().mapToLong(each -> Long.lowestOneBit(each.pgsizeBitmap())),
                        accesses.toList().stream().mapToLong(IommufdAccess::alignment))
                .max()
                .orElse(1);
    }

    /** In the order of joining. */
    List<IommufdAccess> accesses() {
        return accesses.toList();
    }

    /** iopt_add_access: -EADDRINUSE where mappings are not whole pages. */
    long addAccess(IommufdAccess access) {
        return ioas.machine().call(Lane.USER, ADD_ACCESS, ioas, access.id(), 0, () -> {
            accesses.add(access);
            long wanted = neededAlignment();
            if (wanted > table.alignment().get() && !fits(wanted)) {
                accesses.remove(access);
                return Errno.EADDRINUSE.negative();
            }
            table.alignment().set(wanted);
            return 0;
        });
    }

    /** iopt_remove_access. */
    void removeAccess(IommufdAccess access) {
        ioas.machine().run(Lane.USER, REMOVE_ACCESS, ioas, access.id(), 0, () -> {
            accesses.remove(access);
            table.alignment().set(neededAlignment());
        });
    }
}
