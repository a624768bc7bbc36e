package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Shared virtual addressing: a device uses a process's addresses, under the process's PASID (drivers/iommu/iommu-sva.c of
 * 6.12.y; that x86 is refused, for security, came after 6.12.19, with which release is unverified; other kernels are not
 * modelled). Not compared with a capture.
 */
public final class Sva extends SimObject {
    private static final String FILE = "drivers/iommu/iommu-sva.c";
    private static final Term BIND =
            Term.of("iommu_sva_bind_device", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term UNBIND = Term.function("iommu_sva_unbind_device", FILE);
    private static final Term ALLOC_MM =
            Term.of("iommu_alloc_mm_data", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term DOMAIN_ALLOC =
            Term.of("iommu_sva_domain_alloc", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);

    private final Kernel kernel;
    private final Domains domains;
    private final PasidAttaching attaching;
    private final LongCell nextPasid;

    Sva(Kernel kernel, Domains domains, PasidAttaching attaching) {
        super(kernel.machine());
        this.kernel = kernel;
        this.domains = domains;
        this.attaching = attaching;
        // a process keeps its PASID as long as it lives, and the lab's processes do not end
        this.nextPasid = new LongCell(this, Lane.CORE, Term.count("iommu_global_pasid_ida"));
        nextPasid.setQuietly(1);
    }

    @Override
    public String label() {
        return "SVA";
    }

    /** {@code struct iommu_sva}: a device's bond with a process; several who bind the same share it. */
    public static final class Bond extends AttachHandle {
        private final Device device;
        private final ProcessTable process;
        private final LongCell users;

        Bond(Device device, ProcessTable process) {
            super(device.machine());
            this.device = device;
            this.process = process;
            this.users = new LongCell(this, Lane.CORE, Term.count("handle.users"));
        }

        @Override
        public String label() {
            return "bond of " + device.label() + " and " + process.label();
        }

        /** iommu_sva_get_pasid. */
        public int pasid() {
            return process.pasid();
        }

        /** How often it was bound and not unbound. */
        public long users() {
            return users.get();
        }
    }

    /** What bind answers: the bond, or a negative errno. */
    public record Bound(long error, Optional<Bond> bond) {}

    /**
     * iommu_sva_bind_device: -ENODEV without a group, -EOPNOTSUPP on x86 and where the driver cannot, -EOVERFLOW for a process
     * whose PASID the device does not have, -ENOSPC without a free one, -EBUSY when it is used for something else.
     */
    public Bound bind(Device device, ProcessTable process) {
        var bond = new Bond[1];
        long error = kernel.call(BIND, device, process, () -> {
            Optional<Group> group = Group.of(device);
            if (group.isEmpty()) {
                return Errno.ENODEV.negative();
            }
            if (kernel.config("X86")) {
                return Errno.EOPNOTSUPP.negative();
            }
            long failed = choosePasid(device, process);
            if (failed != 0) {
                return failed;
            }
            Optional<SimObject> there = group.get().pasids().load(process.pasid());
            if (there.isPresent()) {
                if (!(there.get() instanceof Bond own) || own.process != process) {
                    return Errno.EBUSY.negative();
                }
                own.users.add(1);
                bond[0] = own;
                return 0;
            }
            var made = new Bond(device, process);
            failed = attach(made);
            if (failed == 0) {
                made.users.set(1);
                bond[0] = made;
            }
            return failed;
        });
        return new Bound(error, Optional.ofNullable(bond[0]));
    }

    // iommu_alloc_mm_data: one PASID for each process, from the global space
    private long choosePasid(Device device, ProcessTable process) {
        return kernel.call(ALLOC_MM, device, process, () -> {
            long limit = PasidAttaching.limitOf(device);
            if (process.hasPasid()) {
                return process.pasid() >= limit ? Errno.EOVERFLOW.negative() : 0;
            }
            if (nextPasid.get() >= limit) {
                return Errno.ENOSPC.negative();
            }
            process.setPasid((int) nextPasid.get());
            nextPasid.add(1);
            return 0;
        });
    }

    /** One of the process's domains that takes the device, or a new one. */
    private long attach(Bond bond) {
        for (IommuDomain domain : bond.process.domains().toList()) {
            if (attaching.attach(domain, bond.device, bond.pasid(), Optional.of(bond)) == 0) {
                domain.users().add(1);
                return 0;
            }
        }
        Domains.Made made = alloc(bond);
        if (made.domain().isEmpty()) {
            return made.error();
        }
        IommuDomain domain = made.domain().get();
        long error = attaching.attach(domain, bond.device, bond.pasid(), Optional.of(bond));
        if (error != 0) {
            domains.free(domain);
            return error;
        }
        domain.users().set(1);
        bond.process.domains().addFirst(domain);
        return 0;
    }

    private Domains.Made alloc(Bond bond) {
        var made = new Domains.Made[1];
        kernel.call(DOMAIN_ALLOC, bond.device, bond.process, () -> {
            made[0] = domains.allocSva(bond.device, bond.process);
            return made[0].error();
        });
        return made[0];
    }

    /** iommu_sva_unbind_device: the last one detaches, and frees the domain when no other device uses it. */
    public void unbind(Bond bond) {
        kernel.run(UNBIND, bond.device, bond, () -> {
            if (bond.users.add(-1) != 0) {
                return;
            }
            IommuDomain domain = bond.domain().require();
            attaching.detach(domain, bond.device, bond.pasid());
            if (domain.users().add(-1) == 0) {
                bond.process.domains().remove(domain);
                domains.free(domain);
            }
        });
    }
}
