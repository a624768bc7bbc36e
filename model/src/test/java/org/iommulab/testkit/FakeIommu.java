package org.iommulab.testkit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.core.DmaCookies;
import org.iommulab.core.DomainType;
import org.iommulab.core.Domains;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/** A core with a driver that only writes down what it is asked: for tests of the core's flows. */
public final class FakeIommu {
    private final List<String> calls = new ArrayList<>();
    private final Kernel kernel;
    private final IommuCore core;
    private final DriverOps ops;
    private final IommuDevice instance;
    private final Set<String> failing;
    private final Map<Callback, StaticDomain> statics = new EnumMap<>(Callback.class);
    private int domains;
    private Optional<Group> shared = Optional.empty();

    /**
     * @param callbacks the optional ones that the driver has, besides those without which nothing goes
     * @param failing names of devices that the driver refuses to attach, with -EINVAL: {@code b}; or only to domains of
     *     one type: {@code b DMA}; {@code b PASID} for its PASIDs alone
     */
    public FakeIommu(KernelBuild build, boolean iommuDma, Set<Callback> callbacks, Set<String> failing) {
        Machine machine = Machine.recording();
        this.failing = failing;
        kernel = new Kernel(machine, build, Map.of("SMP", true, "IOMMU_DMA", iommuDma));
        core = new IommuCore(kernel, new DmaCookies() {
            @Override
            public long get(IommuDomain domain) {
                return iommuDma ? 0 : Errno.ENODEV.negative();
            }

            @Override
            public void put(IommuDomain domain) {}
        });
        ops = new DriverOps(kernel, () -> table(callbacks));
        instance = IommuDevice.withoutFirmwareNode(new Device(machine, "fake.iommu", "", "", List.of()), ops);
        core.probing().register(instance, List.of());
    }

    private OpsTable table(Set<Callback> wanted) {
        var all = EnumSet.copyOf(wanted);
        var table = OpsTable.named("fake", "fake_ops")
                .with(Callback.DOMAIN_ALLOC, term("alloc"), (OpsTable.DomainAlloc) this::alloc)
                .with(Callback.PROBE_DEVICE, term("probe"), (OpsTable.ProbeDevice) d -> OpsTable.Probed.ok(instance()))
                .with(Callback.DEVICE_GROUP, term("group"), (OpsTable.DeviceGroup) this::group)
                .with(Callback.FREE, term("free"), (OpsTable.OnDomain) d -> calls.add("free"));
        if (all.contains(Callback.ATTACH_DEV)) {
            table.with(Callback.ATTACH_DEV, term("attach"), (OpsTable.AttachDev) this::attach);
        }
        if (all.contains(Callback.DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, term("detach"), (OpsTable.DetachDev)
                    (domain, device) -> calls.add("detach " + device.label()));
        }
        if (all.contains(Callback.SET_PLATFORM_DMA_OPS)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, term("platform"), (OpsTable.OnDevice)
                    device -> calls.add("platform " + device.label()));
        }
        if (all.contains(Callback.RELEASE_DEVICE)) {
            table.with(Callback.RELEASE_DEVICE, term("release"), (OpsTable.OnDevice)
                    device -> calls.add("release " + device.label()));
        }
        if (all.contains(Callback.IS_ATTACH_DEFERRED)) {
            table.with(Callback.IS_ATTACH_DEFERRED, term("deferred"), (OpsTable.IsAttachDeferred) device -> {
                calls.add("deferred?");
                return true;
            });
        }
        if (all.contains(Callback.DEF_DOMAIN_TYPE)) {
            table.with(Callback.DEF_DOMAIN_TYPE, term("type"), (OpsTable.DefDomainType) FakeIommu::wishOf);
        }
        if (all.contains(Callback.SET_DEV_PASID)) {
            table.with(Callback.SET_DEV_PASID, term("set_pasid"), (OpsTable.SetDevPasid) this::setPasid)
                    .with(Callback.REMOVE_DEV_PASID, term("remove_pasid"), (OpsTable.RemoveDevPasid)
                            (device, pasid, domain) -> calls.add("remove " + device.label() + " " + pasid))
                    .with(Callback.DOMAIN_ALLOC_SVA, term("alloc_sva"), (OpsTable.DomainAllocSva)
                            (device, process) -> new Domains.Made(0, Optional.of(newDomain())));
        }
        if (all.contains(Callback.PAGE_RESPONSE)) {
            table.with(Callback.PAGE_RESPONSE, term("response"), (OpsTable.PageResponse)
                    (device, request, response) -> calls.add(response + " " + device.label() + " " + request.group()));
        }
        if (all.contains(Callback.DOMAIN_ALLOC_PAGING)) {
            table.with(Callback.DOMAIN_ALLOC_PAGING, term("alloc_paging"), (OpsTable.DomainAllocPaging)
                    device -> alloc(DomainType.UNMANAGED));
        }
        point(table, all, Callback.IDENTITY_DOMAIN, DomainType.IDENTITY);
        point(table, all, Callback.BLOCKED_DOMAIN, DomainType.BLOCKED);
        point(table, all, Callback.DEFAULT_DOMAIN, DomainType.PLATFORM);
        point(table, all, Callback.RELEASE_DOMAIN, DomainType.IDENTITY);
        return table.build();
    }

    // A static domain is made when it is first asked for: its callbacks belong to ops that are not there yet.
    private void point(OpsTable.Builder table, Set<Callback> wanted, Callback pointer, DomainType type) {
        if (!wanted.contains(pointer)) {
            return;
        }
        String name = "fake_" + pointer.kernelName();
        table.with(pointer, Term.reference(name), (OpsTable.DomainPointer) () -> statics.computeIfAbsent(
                pointer,
                _ -> new StaticDomain(
                        kernel.machine(),
                        name,
                        type,
                        ops.ofStaticDomain(OpsTable.named("fake", name + "_ops")
                                .with(Callback.ATTACH_DEV, Term.function(name + "_attach", "test"), (OpsTable.AttachDev)
                                        (domain, device) -> {
                                            calls.add(
                                                    pointer.kernelName().replace("_domain", "") + " " + device.label());
                                            return 0;
                                        })
                                .build()))));
    }

    // The device's name says what its driver would like best.
    private static Optional<DomainType> wishOf(Device device) {
        return switch (device.label().charAt(0)) {
            case 'i' -> Optional.of(DomainType.IDENTITY);
            case 'd' -> Optional.of(DomainType.DMA);
            default -> Optional.empty();
        };
    }

    private static Term term(String name) {
        return Term.function("fake_" + name, "test");
    }

    private IommuDevice instance() {
        return instance;
    }

    private Group group(Device device) {
        if (device.pci().isPresent()) {
            return core.probing().pciDeviceGroup(device, new PciTopology());
        }
        Group group = shared.orElseGet(() -> core.probing().newGroup());
        shared = Optional.of(group);
        return group;
    }

    private long attach(IommuDomain domain, Device device) {
        calls.add("attach " + device.label());
        boolean refused = failing.contains(device.label()) || failing.contains(device.label() + " " + domain.type());
        return refused ? Errno.EINVAL.negative() : 0;
    }

    private long setPasid(IommuDomain domain, Device device, int pasid) {
        calls.add("set " + device.label() + " " + pasid);
        return failing.contains(device.label() + " PASID") ? Errno.EINVAL.negative() : 0;
    }

    private Optional<IommuDomain> alloc(DomainType type) {
        return type == DomainType.DMA || type == DomainType.UNMANAGED
                ? Optional.of(new FakeDomain(kernel.machine(), ++domains))
                : Optional.empty();
    }

    /** A device of the one group that this driver knows. */
    public Device addDevice(String name) {
        var device = new Device(kernel.machine(), name, "", "", List.of());
        core.probing().probeDevice(device);
        return device;
    }

    /** Devices of the one group that are there already when their IOMMU is registered; what the registration says. */
    public long walk(Device... devices) {
        return core.probing().register(instance, List.of(devices));
    }

    /** A device that nobody has heard of yet. */
    public Device newDevice(String name) {
        return new Device(kernel.machine(), name, "", "", List.of());
    }

    public IommuDomain newDomain() {
        return core.domains().alloc(ops, DomainType.UNMANAGED).orElseThrow();
    }

    public Kernel kernel() {
        return kernel;
    }

    public IommuCore core() {
        return core;
    }

    /** What could be seen so far, in order: tracepoints, callbacks, log lines and warnings; ends the recording. */
    public List<String> seen() {
        Recording recording = kernel.machine().finish();
        var seen = new ArrayList<String>();
        for (int step = 1; step <= recording.length(); step++) {
            Event event = recording.event(step);
            switch (recording.kind(step)) {
                case TRACEPOINT -> seen.add("trace " + event.term().name());
                case CALLBACK -> seen.add(event.term().name());
                case LOG -> seen.add("log " + event.term().name().substring(3));
                case WARN -> seen.add("warn " + event.term().name());
                default -> {}
            }
        }
        return seen;
    }

    /** What the driver was asked since the last {@link #forget}. */
    public List<String> calls() {
        return calls;
    }

    public void forget() {
        calls.clear();
    }

    private static final class FakeDomain extends IommuDomain {
        FakeDomain(Machine machine, int number) {
            super(machine, number);
        }

        @Override
        protected long pageSizes() {
            return 4096;
        }

        @Override
        public long apertureEnd() {
            return 0xffff_ffffL;
        }

        @Override
        public long tableBase() {
            return 0;
        }

        @Override
        public long mappedPages() {
            return 0;
        }

        @Override
        public int tableCount() {
            return 0;
        }

        @Override
        public long lookUp(long iova) {
            return 0;
        }
    }
}
