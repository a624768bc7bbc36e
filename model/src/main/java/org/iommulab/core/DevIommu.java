package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct dev_iommu}: what the core keeps for one device. */
public final class DevIommu extends SimObject {
    private final Device device;
    private final RefCell<IommuDevice> instance;
    private final RefCell<SimObject> priv;
    private final FlagCell fwspec;
    private final FlagCell attachDeferred;
    private final FwspecIds ids;
    private final FlagCell requireDirect;
    private final LongCell maxPasids;
    private final FlagCell lowAddressesFirst;
    private final RefCell<FaultParam> faults;

    private DevIommu(Device device) {
        super(device.machine());
        this.device = device;
        instance = new RefCell<>(this, Lane.CORE, Term.reference("iommu_dev"), IommuDevice.class);
        priv = new RefCell<>(this, Lane.DRIVER, Term.reference("priv"), SimObject.class);
        fwspec = new FlagCell(this, Lane.CORE, Term.flag("fwspec"));
        attachDeferred = new FlagCell(this, Lane.CORE, Term.flag("attach_deferred"));
        ids = new FwspecIds(machine());
        maxPasids = new LongCell(this, Lane.CORE, Term.count("max_pasids"));
        requireDirect = new FlagCell(this, Lane.CORE, Term.flag("require_direct"));
        faults = new RefCell<>(this, Lane.CORE, Term.reference("fault_param"), FaultParam.class);
        lowAddressesFirst = new FlagCell(this, Lane.CORE, Term.flag("pci_32bit_workaround"));
    }

    @Override
    public String label() {
        return device.label() + " iommu data";
    }

    /** dev_iommu_get: made when it is first asked for. */
    static DevIommu get(Device device) {
        return find(device).orElseGet(() -> {
            var made = new DevIommu(device);
            device.iommu().setQuietly(Optional.of(made));
            return made;
        });
    }

    /** dev_iommu_free. */
    static void free(Device device) {
        device.iommu().setQuietly(Optional.empty());
    }

    /** {@code dev->iommu}, which may be NULL. */
    public static Optional<DevIommu> find(Device device) {
        return device.iommu().get().map(DevIommu.class::cast);
    }

    public RefCell<IommuDevice> instance() {
        return instance;
    }

    /** dev_iommu_priv_get and _set: the driver's own. */
    public RefCell<SimObject> priv() {
        return priv;
    }

    /** dev_iommu_priv_get, by a driver whose data are of this type; another driver's data are none. */
    public static <T extends SimObject> Optional<T> privOf(Device device, Class<T> type) {
        return find(device)
                .flatMap(data -> data.priv().get())
                .filter(type::isInstance)
                .map(type::cast);
    }

    /** Whether the device has an fwspec with ops. */
    FlagCell fwspec() {
        return fwspec;
    }

    /** dev_iommu_fwspec_get: whether it is there. */
    public boolean hasFwspec() {
        return fwspec.get();
    }

    /** iommu_fwspec_init, by a driver that reads the device tree in its own probe_device; one that is there stays. */
    public void initFwspec() {
        if (!fwspec.get()) {
            fwspec.set(true);
        }
    }

    /** Its numbers with its IOMMU, of a driver that has them put there. */
    public FwspecIds ids() {
        return ids;
    }

    /** The device's ids; none for one that no firmware has told of. */
    public static List<Integer> idsOf(Device device) {
        return find(device).map(data -> data.ids().toList()).orElse(List.of());
    }

    FlagCell attachDeferred() {
        return attachDeferred;
    }

    /** How many PASIDs the device and its IOMMU have, PASID 0 among them; 0 for none (v6.2). */
    LongCell maxPasids() {
        return maxPasids;
    }

    /** dev_iommu_get_max_pasids: what the function's capability and the IOMMU have both. Quiet for those without. */
    void readMaxPasids() {
        long own = device.pci().map(function -> function.found().maxPasids()).orElse(0);
        long most = Math.min(own, instance.require().maxPasids().get());
        if (most != 0) {
            maxPasids.set(most);
        }
    }

    /** Whether firmware uses memory of the device at all times, so that it must never be blocked (v6.6). */
    FlagCell requireDirect() {
        return requireDirect;
    }

    /** {@code fault_param}: there while the device's page faults are handled. */
    RefCell<FaultParam> faults() {
        return faults;
    }

    /** pci_32bit_workaround: whether dma-iommu looks for addresses below 4 GiB first (v6.6). */
    public FlagCell lowAddressesFirst() {
        return lowAddressesFirst;
    }
}
