package org.iommulab.backend.exynos;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DeviceLinks;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The callbacks of exynos-iommu at every level that the lab knows (drivers/iommu/exynos-iommu.c, v6.1 to v6.12). */
final class ExynosDriver {
    static final String NAME = "exynos";
    private static final String FILE = "drivers/iommu/exynos-iommu.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("exynos_iommu_domain_alloc", FILE, Term.Operand.DECIMAL, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING = Term.of(
            "exynos_iommu_domain_alloc_paging", FILE, Term.Operand.NONE, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("exynos_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("exynos_iommu_identity_attach", FILE);
    private static final Term DOMAIN_FREE = Term.function("exynos_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("exynos_iommu_probe_device", FILE);
    private static final Term RELEASE = Term.function("exynos_iommu_release_device", FILE);
    private static final Term SET_PLATFORM = Term.function("exynos_iommu_set_platform_dma", FILE);
    private static final Term GROUP = Term.of(
            "generic_device_group", "drivers/iommu/iommu.c", Term.Operand.NONE, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("exynos_iommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("exynos_iommu_attach_device", FILE);
    private static final Term DETACH = Term.function("exynos_iommu_detach_device", FILE);
    private static final Term MAP =
            Term.of("exynos_iommu_map", FILE, Term.Operand.HEX, Term.Operand.HEX, Term.Operand.ERRNO);
    private static final Term UNMAP =
            Term.of("exynos_iommu_unmap", FILE, Term.Operand.HEX, Term.Operand.HEX, Term.Operand.HEX);
    private static final Term IOVA_TO_PHYS =
            Term.of("exynos_iommu_iova_to_phys", FILE, Term.Operand.HEX, Term.Operand.NONE, Term.Operand.HEX);
    private static final Term ATTACHED = LogText.of("<7>exynos_iommu_attach_device: Attached IOMMU with pgtable 0x%x");
    private static final Term MAP_FAILED = LogText.of("<3>exynos_iommu_map: Failed(%d) to map at 0x%x");
    private static final Term FREED_DOMAIN = Term.reference("owner.domain, freed");

    private final Kernel kernel;
    private final IommuCore core;
    private final DeviceLinks links;
    private final ExynosTables tables;
    private final DriverOps ops;
    private final Optional<StaticDomain> identity;

    ExynosDriver(Kernel kernel, IommuCore core, DeviceLinks links, ExynosTables tables) {
        this.kernel = kernel;
        this.core = core;
        this.links = links;
        this.tables = tables;
        this.ops = new DriverOps(kernel, this::table);
        this.identity =
                kernel.has(Behaviour.EXYNOS_IDENTITY_DOMAIN) ? Optional.of(makeIdentityDomain()) : Optional.empty();
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                "exynos_identity_domain",
                DomainType.IDENTITY,
                "exynos_identity_ops",
                IDENTITY_ATTACH,
                (domain, device) -> identityAttach(device));
    }

    DriverOps ops() {
        return ops;
    }

    /** The table that the kernel's source has at this level, before anybody removes an entry. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "exynos_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup)
                        device -> core.probing().newGroup())
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) (device, iommu, cells) -> ofXlate(device, iommu))
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attachDevice)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ((ExynosDomain) domain).table().iovaToPhys(iova))
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::domainFree);
        addMapping(table);
        if (kernel.has(Behaviour.EXYNOS_IDENTITY_DOMAIN)) {
            return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                            () -> identity.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(tables.newDomain()))
                    .build();
        }
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc);
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) this::detachDevice);
        }
        // both fixes are inside #ifdef CONFIG_ARM: on arm64 the entry stays NULL
        if (kernel.config("ARM") && kernel.has(Behaviour.EXYNOS_SET_PLATFORM_DMA)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice) this::setPlatformDma);
        } else if (kernel.config("ARM") && kernel.has(Behaviour.EXYNOS_SET_PLATFORM_IS_RELEASE)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, RELEASE, (OpsTable.OnDevice) this::releaseDevice);
        }
        return table.build();
    }

    // v6.7: the same functions with a count, which they ignore: one page a call
    private void addMapping(OpsTable.Builder table) {
        if (kernel.has(Behaviour.EXYNOS_MAPS_PAGES)) {
            table.with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) (domain, iova, physical, pageSize, count, prot) -> {
                        long error = map(domain, iova, physical, pageSize, prot);
                        return new OpsTable.Mapped(error, error == 0 ? pageSize : 0);
                    })
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                            (domain, iova, pageSize, count, gather) -> unmap(domain, iova, pageSize));
        } else {
            table.with(Callback.MAP, MAP, (OpsTable.MapOne) this::map).with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                    (domain, iova, size, gather) -> unmap(domain, iova, size));
        }
    }

    private static Optional<ExynosOwner> ownerOf(Device device) {
        return DevIommu.privOf(device, ExynosOwner.class);
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, UNMANAGED -> Optional.of(tables.newDomain());
            case IDENTITY, BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    /**
     * exynos_iommu_domain_free. The loop is a rescue for a list that should be empty; it takes the lock that the helper
     * takes again.
     */
    private void domainFree(IommuDomain freed) {
        var domain = (ExynosDomain) freed;
        if (!domain.clients().isEmpty()) {
            kernel.log().warnOn(DOMAIN_FREE, domain);
        }
        domain.lock().with(() -> {
            for (SysMmuData data : domain.clients().toList()) {
                data.lock().with(() -> {
                    data.disable();
                    forget(domain, data);
                });
            }
        });
        domain.table().free();
    }

    private static void forget(ExynosDomain domain, SysMmuData data) {
        data.pgtable().setQuietly(0);
        domain.clients().remove(data);
        data.domain().setNull();
    }

    private long ofXlate(Device device, IommuDevice iommu) {
        SysMmuData data = tables.dataOf(iommu.device());
        DevIommu iommuData = DevIommu.find(device).orElseThrow();
        ExynosOwner owner = ownerOf(device).orElseGet(() -> {
            var made = new ExynosOwner(kernel, device);
            made.domain().set(identity);
            iommuData.priv().set(made);
            return made;
        });
        if (!owner.controllers().contains(data)) {
            owner.controllers().add(data);
            data.master().set(device);
        }
        return 0;
    }

    /** exynos_iommu_probe_device: the links made here are what powers a SysMMU whenever its master is resumed. */
    private OpsTable.Probed probeDevice(Device device) {
        Optional<ExynosOwner> owner = ownerOf(device);
        if (owner.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        List<SysMmuData> controllers = owner.get().controllers().toList();
        for (SysMmuData data : controllers) {
            data.link().set(links.add(device, data.device()));
        }
        return OpsTable.Probed.ok(tables.instanceOf(controllers.getFirst()));
    }

    /** exynos_iommu_release_device; at 189d496b48b1 also ARM's set_platform_dma_ops. */
    private void releaseDevice(Device device) {
        ownerOf(device).ifPresent(owner -> {
            if (identity.isPresent()) {
                identityAttach(device); // never fails
            } else if (!owner.domain().isNull() && Group.of(device).isPresent()) {
                if (!kernel.has(Behaviour.EXYNOS_SET_PLATFORM_DMA)) {
                    warnUnlessDefault(device, owner);
                }
                detachDevice(owner.domain().require(), device);
            }
            for (SysMmuData data : owner.controllers().toList()) {
                data.link().get().ifPresent(links::delete);
            }
        });
    }

    // At 189d496b48b1 the test is compiled for other architectures only: on 32-bit ARM it would fire each time.
    private void warnUnlessDefault(Device device, ExynosOwner owner) {
        boolean compiled = !(kernel.config("ARM") && kernel.has(Behaviour.EXYNOS_SET_PLATFORM_IS_RELEASE));
        boolean isDefault = Group.of(device)
                .filter(group -> group.defaultDomain().same(owner.domain()))
                .isPresent();
        if (compiled && !isDefault) {
            kernel.log().warnOn(RELEASE, device);
        }
    }

    private void setPlatformDma(Device device) {
        ownerOf(device)
                .filter(owner -> !owner.domain().isNull() && Group.of(device).isPresent())
                .ifPresent(owner -> detachDevice(owner.domain().require(), device));
    }

    /** exynos_iommu_attach_device: a suspended SysMMU is only told; its resume does the rest. */
    private long attachDevice(IommuDomain attached, Device device) {
        Optional<ExynosOwner> found = ownerOf(device);
        if (found.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        ExynosOwner owner = found.get();
        var domain = (ExynosDomain) attached;
        if (identity.isPresent()) {
            identityAttach(device);
        } else {
            owner.domain().get().ifPresent(old -> detachDevice(old, device));
        }
        return owner.powerLock().with(() -> {
            domain.lock().with(() -> {
                for (SysMmuData data : owner.controllers().toList()) {
                    data.lock().with(() -> {
                        data.pgtable().set(domain.table().base());
                        domain.clients().add(data);
                        data.domain().set(domain);
                    });
                }
                owner.domain().set(domain);
            });
            for (SysMmuData data : owner.controllers().toList()) {
                switchIfPowered(data, data::enable);
            }
            kernel.log().line(ATTACHED, device, domain.table().base(), 0);
            return 0;
        });
    }

    /** exynos_iommu_detach_device, up to v6.6. */
    private void detachDevice(IommuDomain detached, Device device) {
        ownerOf(device)
                .filter(owner -> owner.domain().is(detached))
                .ifPresent(owner -> leave(owner, (ExynosDomain) detached));
    }

    /** exynos_iommu_identity_attach, from v6.7 on: what detach was; nothing for a device that is there already. */
    private long identityAttach(Device device) {
        ownerOf(device)
                .filter(owner -> owner.domain()
                        .get()
                        .filter(identity.orElseThrow()::equals)
                        .isEmpty())
                .ifPresent(owner -> leave(owner, (ExynosDomain) owner.domain().require()));
        return 0;
    }

    /** All clients of the domain are unlinked, not only this master's: a sharp edge where masters share a domain. */
    private void leave(ExynosOwner owner, ExynosDomain domain) {
        if (domain.freed().get()) {
            kernel.machine().useAfterFree(Lane.DRIVER, FREED_DOMAIN, owner.device(), domain.id());
        }
        owner.powerLock().run(() -> {
            for (SysMmuData data : owner.controllers().toList()) {
                switchIfPowered(data, data::disable);
            }
            domain.lock().with(() -> {
                for (SysMmuData data : domain.clients().toList()) {
                    data.lock().with(() -> forget(domain, data));
                }
                owner.domain().set(identity);
            });
        });
    }

    // pm_runtime_get_noresume, pm_runtime_active, pm_runtime_put
    private void switchIfPowered(SysMmuData data, Runnable action) {
        data.device().power().getWithoutResume();
        if (data.device().power().isActive()) {
            action.run();
        }
        data.device().power().put(kernel);
    }

    private long map(IommuDomain mapped, long iova, long physical, long size, int prot) {
        var domain = (ExynosDomain) mapped;
        long[] result = new long[1];
        domain.tableLock()
                .with(() -> result[0] =
                        domain.table().map(iova, physical, size, prot, at -> flushFirstLevel(domain, at), this::warn));
        if (result[0] != 0) {
            kernel.log().line(MAP_FAILED, kernel, result[0], iova);
        }
        return result[0];
    }

    private long unmap(IommuDomain unmapped, long iova, long size) {
        var domain = (ExynosDomain) unmapped;
        long[] bytes = new long[1];
        domain.tableLock().with(() -> bytes[0] = domain.table().unmap(iova, size, this::warn));
        if (bytes[0] != 0) {
            flush(domain, data -> SysMmuFlush.flushRange(data.registers(), data.revision(), iova, bytes[0]));
        }
        return bytes[0];
    }

    private void warn(Warnings.Warning warning, long iova) {
        Term function = Term.function(warning.function(), FILE);
        if (warning.text().isEmpty()) {
            kernel.log().warnOn(function, kernel);
        } else {
            kernel.log().warn(function, LogText.of("<4>" + warning.text().replace("%#08x", "0x%x")), kernel, iova);
        }
    }

    private void flushFirstLevel(ExynosDomain domain, long iova) {
        flush(domain, data -> SysMmuFlush.flushFirstLevel(data.registers(), data.revision(), iova));
    }

    // Only active units are flushed: a suspended one flushes everything when it is enabled.
    private void flush(ExynosDomain domain, java.util.function.Consumer<SysMmuData> action) {
        domain.lock().with(() -> {
            for (SysMmuData data : domain.clients().toList()) {
                data.lock().with(() -> {
                    if (data.active().get()) {
                        data.clock("master").ifPresent(c -> c.enable(kernel));
                        action.accept(data);
                        data.clock("master").ifPresent(c -> c.disable(kernel));
                    }
                });
            }
        });
    }

    /** What the driver itself has noted for a master: owner.domain. For those who look. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return ownerOf(device).flatMap(owner -> owner.domain().get());
    }

    /** The SysMMUs on a domain's client list. For those who look. */
    static List<SimObject> clientsOf(IommuDomain domain) {
        return domain instanceof ExynosDomain exynos
                ? exynos.clients().toList().stream()
                        .map(data -> (SimObject) data.device())
                        .toList()
                : List.of();
    }
}
