package org.iommulab.backend.dart;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** Attaching: what a device's streams do, and which streams a domain keeps in mind for its flushes. */
final class DartAttach {
    private static final String FILE = "drivers/iommu/apple-dart.c";
    private static final Term FINALIZE = Term.function("apple_dart_finalize_domain", FILE);
    private static final Term FLUSH = Term.function("apple_dart_domain_flush_tlb", FILE);

    private final Site site;
    private final Kernel kernel;
    private final DartHardware hardware;

    DartAttach(Site site, DartHardware hardware) {
        this.site = site;
        this.kernel = site.kernel();
        this.hardware = hardware;
    }

    /** apple_dart_attach_dev, one function for all types up to v6.6. */
    long byType(IommuDomain domain, Device device) {
        DartMaster master = DartMaster.of(device).orElseThrow();
        boolean wantsBypass = domain.type() == DomainType.IDENTITY;
        if (wantsBypass ? !master.first().supportsBypass() : master.first().isTooCoarse()) {
            return Errno.EINVAL.negative();
        }
        return switch (domain.type()) {
            case DMA, UNMANAGED -> paging(domain, device);
            case BLOCKED -> blocked(domain, device);
            case IDENTITY -> identity(domain, device);
            case DMA_FQ, PLATFORM, SVA, NESTED -> 0;
        };
    }

    /** apple_dart_attach_dev_paging (v6.7). The domain's streams grow and never shrink by an attach. */
    long paging(IommuDomain attached, Device device) {
        var domain = (DartDomain) attached;
        DartMaster master = DartMaster.of(device).orElseThrow();
        long error = finish(domain, master);
        if (error != 0) {
            return error;
        }
        if (!isOfSameDarts(domain, master)) {
            return Errno.EINVAL.negative();
        }
        for (int i = 0; i < DartStreamMap.MOST_DARTS; i++) {
            domain.maps().get(i).addAll(master.maps().get(i));
        }
        List<Long> tables = domain.pgtable().require().table().bases();
        master.used().forEach(map -> hardware.setUpTranslation(map.dart().require(), map.streams(), tables));
        return 0;
    }

    /** apple_dart_attach_dev_identity (v6.7). */
    long identity(IommuDomain domain, Device device) {
        DartMaster master = DartMaster.of(device).orElseThrow();
        if (!master.first().supportsBypass()) {
            return Errno.EINVAL.negative();
        }
        master.used().forEach(map -> hardware.enableBypass(map.dart().require(), map.streams()));
        return 0;
    }

    /** apple_dart_attach_dev_blocked (v6.7). */
    long blocked(IommuDomain domain, Device device) {
        DartMaster.of(device)
                .orElseThrow()
                .used()
                .forEach(map -> hardware.disableDma(map.dart().require(), map.streams()));
        return 0;
    }

    /** apple_dart_detach_dev: the streams are blocked and leave the domain. TTBRs and TLB stay. */
    void detach(IommuDomain detached, Device device) {
        blocked(detached, device);
        DartMaster master = DartMaster.of(device).orElseThrow();
        if (detached.type() == DomainType.DMA || detached.type() == DomainType.UNMANAGED) {
            var domain = (DartDomain) detached;
            for (int i = 0; i < DartStreamMap.MOST_DARTS && isOfSameDarts(domain, master); i++) {
                domain.maps().get(i).removeAll(master.maps().get(i));
            }
        }
    }

    private static boolean isOfSameDarts(DartDomain domain, DartMaster master) {
        for (int i = 0; i < DartStreamMap.MOST_DARTS; i++) {
            if (!domain.maps().get(i).dart().same(master.maps().get(i).dart())) {
                return false;
            }
        }
        return true;
    }

    /**
     * apple_dart_finalize_domain, once for a domain: it belongs to the DARTs of the first device, and gets its tables.
     * From v6.7 on the test for the size of pages is here.
     */
    long finish(DartDomain domain, DartMaster master) {
        return kernel.driverCall(FINALIZE, domain, () -> {
            DartDevice dart = master.first();
            if (kernel.since(Version.V6_7) && dart.isTooCoarse()) {
                return Errno.EINVAL.negative();
            }
            return domain.initLock().with(() -> domain.finalized().get() ? 0 : makeTables(domain, master, dart));
        });
    }

    private long makeTables(DartDomain domain, DartMaster master, DartDevice dart) {
        for (int i = 0; i < DartStreamMap.MOST_DARTS; i++) {
            domain.maps().get(i).copy(master.maps().get(i));
        }
        Optional<DartTables> tables = DartTables.make(site, domain, dart);
        if (tables.isEmpty()) {
            return Errno.ENOMEM.negative();
        }
        domain.pgtable().set(tables.get());
        domain.setInputBits(dart.inputBits());
        domain.finalized().set(true);
        return 0;
    }

    /** apple_dart_domain_flush_tlb: all streams that the domain has in mind, whatever the range. */
    void flush(IommuDomain flushed) {
        kernel.driverRun(
                FLUSH,
                flushed,
                () -> ((DartDomain) flushed)
                        .used()
                        .forEach(map -> hardware.invalidate(map.dart().require(), map.streams())));
    }
}
