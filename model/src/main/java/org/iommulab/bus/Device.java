package org.iommulab.bus;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code struct device}, with the pointers that the IOMMU core and the platform's DMA code hang on it. Those point at
 * objects that this package does not know; their owners have typed readers for them.
 */
public final class Device extends SimObject {
    private static final long MASK_32_BIT = 0xffff_ffffL;

    private final String name;
    private final String title;
    private final String type;
    private final List<IommuSpec> iommus;
    private final Optional<PciFunction> pci;
    private final FirmwareDma firmwareDma;
    private final RuntimePm power;
    private final RefCell<Driver> driver;
    private final RefCell<DriverName> driverOverride;
    private final RefCell<SimObject> iommu;
    private final RefCell<SimObject> iommuGroup;
    private final RefCell<SimObject> dmaOps;
    private final RefCell<SimObject> dmaMapping;
    private final FlagCell dmaOpsSetup;
    private final FlagCell dmaIommu;
    private final FlagCell deferred;
    private final FlagCell present;
    private final FlagCell unbinding;
    private final FlagCell leaving;
    private final RefList<DeviceLink> suppliers;
    private final LongCell dmaMask;
    private final LongCell busDmaLimit;
    private final LongCell msiAddress;

    /**
     * @param name the kernel's name, {@code 12c10000.mixer}
     * @param title in words
     * @param type what drivers match
     * @param iommus the entries of the firmware's {@code iommus} property, in order
     */
    public Device(Machine machine, String name, String title, String type, List<IommuSpec> iommus) {
        this(machine, name, title, type, iommus, Optional.empty());
    }

    /** @param pci what it is on PCI; empty for a platform device */
    public Device(
            Machine machine,
            String name,
            String title,
            String type,
            List<IommuSpec> iommus,
            Optional<PciFunction> pci) {
        this(machine, name, title, type, iommus, pci, FirmwareDma.NONE);
    }

    /** @param firmwareDma what the device tree says of its DMA */
    public Device(
            Machine machine,
            String name,
            String title,
            String type,
            List<IommuSpec> iommus,
            Optional<PciFunction> pci,
            FirmwareDma firmwareDma) {
        super(machine);
        this.pci = pci;
        this.firmwareDma = firmwareDma;
        this.name = name;
        this.title = title;
        this.type = type;
        this.iommus = List.copyOf(iommus);
        driver = new RefCell<>(this, Lane.CORE, Term.reference("driver"), Driver.class);
        driverOverride = new RefCell<>(this, Lane.CORE, Term.reference("driver_override"), DriverName.class);
        iommu = new RefCell<>(this, Lane.CORE, Term.reference("iommu"), SimObject.class);
        iommuGroup = new RefCell<>(this, Lane.CORE, Term.reference("iommu_group"), SimObject.class);
        dmaOps = new RefCell<>(this, Lane.CORE, Term.reference("dma_ops"), SimObject.class);
        dmaMapping = new RefCell<>(this, Lane.CORE, Term.reference("archdata.mapping"), SimObject.class);
        dmaOpsSetup = new FlagCell(this, Lane.CORE, Term.flag("archdata.dma_ops_setup"));
        dmaIommu = new FlagCell(this, Lane.CORE, Term.flag("dma_iommu"));
        deferred = new FlagCell(this, Lane.CORE, Term.flag("deferred probe"));
        present = new FlagCell(this, Lane.CORE, Term.flag("present"));
        unbinding = new FlagCell(this, Lane.CORE, Term.flag("being unbound"));
        leaving = new FlagCell(this, Lane.CORE, Term.flag("being removed"));
        suppliers = new RefList<>(this, DeviceLink.class);
        dmaMask = new LongCell(this, Lane.CORE, Term.hex("dma_mask"));
        dmaMask.setQuietly(MASK_32_BIT);
        busDmaLimit = new LongCell(this, Lane.CORE, Term.hex("bus_dma_limit"));
        msiAddress = new LongCell(this, Lane.CORE, Term.hex("msi message address"));
        power = new RuntimePm(this);
    }

    @Override
    public String label() {
        return name;
    }

    public String title() {
        return title;
    }

    public String type() {
        return type;
    }

    public List<IommuSpec> iommus() {
        return iommus;
    }

    /** What it is on PCI; empty for a platform device. */
    public Optional<PciFunction> pci() {
        return pci;
    }

    /** Where its interrupt messages go, as it addresses memory; 0 until it has asked for interrupts. */
    public LongCell msiAddress() {
        return msiAddress;
    }

    public RuntimePm power() {
        return power;
    }

    public RefCell<Driver> driver() {
        return driver;
    }

    public Optional<String> driverName() {
        return driver.get().map(Driver::name);
    }

    /** {@code driver_override}: the only driver that may bind, by name; NULL lets the match tables decide. */
    public RefCell<DriverName> driverOverride() {
        return driverOverride;
    }

    /** {@code dev->iommu}, the core's per-device data. */
    public RefCell<SimObject> iommu() {
        return iommu;
    }

    public RefCell<SimObject> iommuGroup() {
        return iommuGroup;
    }

    /** {@code dev->dma_ops}; NULL selects the platform's direct mapping. */
    public RefCell<SimObject> dmaOps() {
        return dmaOps;
    }

    /** {@code dev->archdata.mapping}, 32-bit ARM. */
    public RefCell<SimObject> dmaMapping() {
        return dmaMapping;
    }

    public FlagCell dmaOpsSetup() {
        return dmaOpsSetup;
    }

    /** {@code dev->dma_iommu} (v6.12): dma-iommu answers its DMA calls, whatever dma_ops is. */
    public FlagCell dmaIommu() {
        return dmaIommu;
    }

    /** Whether it waits on the deferred list for another attempt. */
    public FlagCell deferred() {
        return deferred;
    }

    public FlagCell present() {
        return present;
    }

    /** Whether somebody waits in its driver's remove, until nobody uses the device any more. */
    public FlagCell unbinding() {
        return unbinding;
    }

    /** Whether it is to go from its bus once its driver has let it go. */
    FlagCell leaving() {
        return leaving;
    }

    /** {@code *dev->dma_mask}: the highest address that its DMA may use; 32 bits until somebody says otherwise. */
    public LongCell dmaMask() {
        return dmaMask;
    }

    /** The last address that its bus hands on, as the kernel has read it; 0 for any. */
    public LongCell busDmaLimit() {
        return busDmaLimit;
    }

    /** What its bus hands on, by the device tree; empty for anything. */
    public Optional<DmaRange> dmaRange() {
        return firmwareDma.range();
    }

    /** Whether a device tree says that its DMA sees the CPU's caches. */
    public boolean isSaidCoherent() {
        return firmwareDma.coherent();
    }

    /** Links on which this device is the consumer. */
    public RefList<DeviceLink> suppliers() {
        return suppliers;
    }
}
