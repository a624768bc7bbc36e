package org.iommulab.bus.pci;

import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** What drivers/pci keeps once for the machine. */
public final class PciSettings extends SimObject {
    private final FlagCell acsRequested;
    private final FlagCell ivrs;

    public PciSettings(Machine machine) {
        super(machine);
        acsRequested = new FlagCell(this, Lane.CORE, Term.flag("pci_acs_enable"));
        ivrs = new FlagCell(this, Lane.CORE, Term.flag("IVRS"));
    }

    @Override
    public String label() {
        return "pci";
    }

    /**
     * pci_request_acs: functions that are added from now on get their ACS turned on (drivers/pci/pci.c). Drivers of
     * IOMMUs that ACPI describes ask for it before the first scan, of_iommu_configure only when a driver is bound.
     */
    public void requestAcs() {
        acsRequested.setQuietly(true);
    }

    /** {@code pci_acs_enable}. */
    public boolean isAcsRequested() {
        return acsRequested.get();
    }

    /** The firmware has an IVRS table, which describes AMD's IOMMUs. */
    public void foundIvrs() {
        ivrs.setQuietly(true);
    }

    boolean hasIvrs() {
        return ivrs.get();
    }
}
