package org.iommulab.backend.s390;

import java.util.Optional;
import org.iommulab.backend.s390.S390Layout.Outcome;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** A function goes into a domain and out of it (drivers/iommu/s390-iommu.c, v6.1 to v6.12). */
final class S390Attaching {
    private static final String FILE = "drivers/iommu/s390-iommu.c";
    private static final Term ATTACH = Term.function("s390_iommu_attach_device", FILE);
    private static final Term DETACH_DEV = Term.function("s390_iommu_detach_device", FILE);
    private static final Term DETACH_INNER = Term.function("__s390_iommu_detach_device", FILE);
    private static final Term BLOCK = Term.function("blocking_domain_attach_device", FILE);

    private final Kernel kernel;
    private final ZpciDma platform;
    private final Optional<? extends IommuDomain> blocking;

    /** @param blocking the static blocking domain, in which a function is when it is in no other (v6.12) */
    S390Attaching(Kernel kernel, ZpciDma platform, Optional<? extends IommuDomain> blocking) {
        this.kernel = kernel;
        this.platform = platform;
        this.blocking = blocking;
    }

    /** A function begins where nothing of it passes. */
    void begin(Zdev zdev) {
        blocking.ifPresent(domain -> zdev.domain().set(domain));
    }

    /** s390_iommu_attach_device: 0, -EINVAL when aperture and window do not fit, -EIO; what was attached is gone then. */
    long attach(S390Domain domain, Zdev zdev) {
        boolean eachSetsAperture = !kernel.since(Version.V6_2);
        if (!eachSetsAperture && (domain.apertureStart() > zdev.end() || domain.apertureEnd() < zdev.start())) {
            kernel.log().warnOn(ATTACH, zdev);
            return Errno.EINVAL.negative();
        }
        if (isInDomain(zdev)) {
            leave(zdev);
        } else if (!zdev.dmaTable().isNull() && !kernel.since(Version.V6_7)) {
            platform.exit(zdev);
        }
        if (isRefused(zdev.register(domain.table()))) {
            return Errno.EIO.negative();
        }
        if (eachSetsAperture && !fits(domain, zdev)) {
            zdev.unregister();
            return Errno.EINVAL.negative();
        }
        zdev.dmaTable().set(domain.table());
        zdev.domain().set(domain);
        domain.listLock().with(() -> domain.devices().add(zdev));
        return 0;
    }

    // v6.1: the first function defines the aperture
    private static boolean fits(S390Domain domain, Zdev zdev) {
        if (domain.devices().isEmpty()) {
            domain.setAperture(zdev.start(), zdev.end());
        }
        return domain.apertureStart() == zdev.start() && domain.apertureEnd() == zdev.end();
    }

    /** From v6.2 on a function in error counts as attached: its reset anchors the table. In v6.12 one that is gone, too. */
    private boolean isRefused(Outcome outcome) {
        boolean inError = outcome.cc() == S390Layout.CC_ERROR && outcome.status() == S390Layout.STATUS_NOT_AVAILABLE;
        boolean gone = outcome.cc() == S390Layout.CC_INVALID_HANDLE;
        boolean excused = kernel.since(Version.V6_2) && inError || kernel.since(Version.V6_12) && gone;
        return outcome.cc() != S390Layout.CC_OK && !excused;
    }

    static boolean isInDomain(Zdev zdev) {
        return zdev.domain().get().filter(S390Domain.class::isInstance).isPresent();
    }

    /** Out of its domain: the anchor goes, and DMA is blocked. Nothing for a function in no domain. */
    void leave(Zdev zdev) {
        Term function = kernel.since(Version.V6_12) ? BLOCK : kernel.since(Version.V6_7) ? DETACH_DEV : DETACH_INNER;
        kernel.driverRun(function, zdev, () -> leaveInner(zdev));
    }

    /** The same, without an event of its own: where it is the callback. */
    void leaveInner(Zdev zdev) {
        if (!isInDomain(zdev)) {
            return;
        }
        var domain = (S390Domain) zdev.domain().require();
        domain.listLock().with(() -> domain.devices().remove(zdev));
        zdev.unregister();
        zdev.dmaTable().setNull();
        zdev.domain().set(blocking);
    }

    /** s390_iommu_detach_device up to v6.2 (detach_dev). */
    void detach(IommuDomain domain, Zdev zdev) {
        if (!zdev.domain().is(domain)) {
            kernel.log().warnOn(DETACH_DEV, zdev);
        }
        leave(zdev);
        platform.init(zdev);
    }

    /** s390_iommu_set_platform_dma: the only driver whose "platform DMA" is a working translation. */
    void setPlatform(Zdev zdev) {
        leave(zdev);
        platform.init(zdev);
    }
}
