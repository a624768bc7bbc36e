package org.iommulab.bus.pci;

import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * The part of {@code struct pci_dev} that is about PCI: what the kernel read when it found the function, which stays
 * even when another function answers at its address, and what it has decided since.
 */
public final class PciFunction extends SimObject {
    private final PciBus bus;
    private final int devfn;
    private final PciAddress address;
    private final ConfigAccess config;
    private final ConfigSpace found;
    private final PciType type;
    private final AliasQuirks.Found aliases;
    private final Set<Integer> quirkAliases;
    private final FlagCell multifunction;
    private final FlagCell acsByQuirk;
    private final FlagCell added;
    private final FlagCell ari;
    private final FlagCell externalFacing;
    private final FlagCell untrusted;
    private final RefCell<PciBus> subordinate;
    private final RefCell<Device> physicalFunction;
    private final LongCell numVfs;
    private final FlagCell vfDriversAutoprobe;

    /**
     * pci_setup_device.
     *
     * @param devfn device and function, see {@link PciAddress#devfn}
     * @param config how it is reached
     * @param found what was read
     */
    public PciFunction(PciBus bus, int devfn, ConfigAccess config, ConfigSpace found) {
        this(bus, devfn, config, found, correctedType(bus, found));
    }

    private PciFunction(PciBus bus, int devfn, ConfigAccess config, ConfigSpace found, PciType type) {
        super(bus.machine());
        this.bus = bus;
        this.devfn = devfn;
        this.address = new PciAddress(bus.domain(), bus.number(), devfn >> 3, devfn & 7);
        this.config = config;
        this.found = found;
        this.type = type;
        this.aliases = AliasQuirks.of(found, type, bus, devfn);
        this.quirkAliases = aliases.devfns();
        multifunction = new FlagCell(this, Lane.CORE, Term.flag("multifunction"));
        multifunction.setQuietly(found.multifunctionBit());
        acsByQuirk = new FlagCell(this, Lane.CORE, Term.flag("PCI_DEV_FLAGS_ACS_ENABLED_QUIRK"));
        added = new FlagCell(this, Lane.CORE, Term.flag("added"));
        ari = new FlagCell(this, Lane.CORE, Term.flag("ari_enabled"));
        externalFacing = new FlagCell(this, Lane.CORE, Term.flag("external_facing"));
        untrusted = new FlagCell(this, Lane.CORE, Term.flag("untrusted"));
        untrusted.setQuietly(bus.self()
                .flatMap(Device::pci)
                .filter(above ->
                        above.untrusted().get() || above.externalFacing().get())
                .isPresent());
        subordinate = new RefCell<>(this, Lane.CORE, Term.reference("subordinate"), PciBus.class);
        physicalFunction = new RefCell<>(this, Lane.CORE, Term.reference("physfn"), Device.class);
        numVfs = new LongCell(this, Lane.CORE, Term.count("num_VFs"));
        vfDriversAutoprobe = new FlagCell(this, Lane.CORE, Term.flag("sriov_drivers_autoprobe"));
        vfDriversAutoprobe.setQuietly(true);
    }

    // set_pcie_port_type: of two ports of the same kind one above the other, one is wrong
    private static PciType correctedType(PciBus bus, ConfigSpace found) {
        PciType type = PciType.of(found);
        Optional<PciType> above = bus.self().flatMap(Device::pci).map(PciFunction::type);
        if (type == PciType.UPSTREAM_PORT
                && above.filter(PciType.UPSTREAM_PORT::equals).isPresent()) {
            return PciType.DOWNSTREAM_PORT;
        }
        if (type == PciType.DOWNSTREAM_PORT && above.filter(PciType::leadsDown).isPresent()) {
            return PciType.UPSTREAM_PORT;
        }
        return type;
    }

    @Override
    public String label() {
        return address.toString();
    }

    public PciAddress address() {
        return address;
    }

    public PciBus bus() {
        return bus;
    }

    public int devfn() {
        return devfn;
    }

    public PciType type() {
        return type;
    }

    /** What was read when it was found. */
    public ConfigSpace found() {
        return found;
    }

    /** Its registers as they answer now. */
    public ConfigAccess config() {
        return config;
    }

    public boolean isBridge() {
        return found.headerType() == 1;
    }

    /** Header type bit 7, or the scan found it above function 0. Never for a virtual function. */
    public FlagCell multifunction() {
        return multifunction;
    }

    public boolean isVirtual() {
        return !physicalFunction.isNull();
    }

    /** Of a virtual function, whose it is. */
    public RefCell<Device> physicalFunction() {
        return physicalFunction;
    }

    /** Devfns on its bus under which its requests may come too, by a quirk. */
    public Set<Integer> quirkAliases() {
        return quirkAliases;
    }

    /** The rules that give it such aliases. */
    AliasQuirks.Found aliasQuirks() {
        return aliases;
    }

    /** PCI_DEV_FLAGS_BRIDGE_XLATE_ROOT: the IOMMU sits at this bridge, so that those above make no aliases. */
    boolean isTranslationRoot() {
        return aliases.translationRoot();
    }

    /** PCI_DEV_FLAG_PCIE_BRIDGE_ALIAS: a PCIe-to-PCI bridge that does not say so. */
    boolean aliasesLikeExpressBridge() {
        return aliases.likeExpressBridge();
    }

    /** A quirk has turned on something that is as good as ACS. */
    public FlagCell acsByQuirk() {
        return acsByQuirk;
    }

    /** pci_dev_is_added: drivers may have it. */
    FlagCell added() {
        return added;
    }

    /** On a machine whose functions are there without a scan: drivers may have it at once, and a bridge leads to its bus. */
    public void isThereWithoutScan() {
        added.setQuietly(true);
        bus.self().flatMap(Device::pci).ifPresent(bridge -> bridge.subordinate().setQuietly(Optional.of(bus)));
    }

    /** Of a bridge: function numbers below it go to 255 and belong to one device. */
    public FlagCell ari() {
        return ari;
    }

    /** Of a root port: firmware says that what is below it can be plugged in from outside (ExternalFacingPort). */
    public FlagCell externalFacing() {
        return externalFacing;
    }

    /** set_pcie_untrusted: it is below a port that faces outside. */
    public FlagCell untrusted() {
        return untrusted;
    }

    /** dev_is_untrusted: false for what is no PCI function. */
    public static boolean isUntrusted(Device device) {
        return device.pci().filter(function -> function.untrusted.get()).isPresent();
    }

    /** The bus below a bridge, as the kernel believes. */
    public RefCell<PciBus> subordinate() {
        return subordinate;
    }

    /** Virtual functions that are there. */
    public LongCell numVfs() {
        return numVfs;
    }

    /** The file of this name: whether drivers are offered the virtual functions. */
    public FlagCell vfDriversAutoprobe() {
        return vfDriversAutoprobe;
    }

    /** Where the ACS control register is, and what it says now; empty without the capability. */
    Optional<Acs> acs() {
        var at = found.find(ExtendedCapability.ACS);
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Acs(
                        AcsFlag.of(config.read16(at.getAsInt() + Acs.CAPABILITY)),
                        AcsFlag.of(config.read16(at.getAsInt() + Acs.CONTROL))));
    }
}
