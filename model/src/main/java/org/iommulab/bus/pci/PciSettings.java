package org.iommulab.bus.pci;

import java.util.List;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** What drivers/pci keeps once for the machine. */
public final class PciSettings extends SimObject {
    private final FlagCell acsRequested;
    private final FlagCell ivrs;
    private final AcsOverride acsOverride;
    private final RefList<HostWindow> windows;

    /** @param acsOverride what the command line makes the kernel believe, if it has the patch for it */
    public PciSettings(Machine machine, AcsOverride acsOverride) {
        super(machine);
        this.acsOverride = acsOverride;
        acsRequested = new FlagCell(this, Lane.CORE, Term.flag("pci_acs_enable"));
        ivrs = new FlagCell(this, Lane.CORE, Term.flag("IVRS"));
        windows = new RefList<>(this, HostWindow.class);
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

    /** {@link AcsOverride#NONE} on every released kernel. */
    AcsOverride acsOverride() {
        return acsOverride;
    }

    /** Firmware tells of a window of a host bridge. */
    public void add(HostWindow window) {
        windows.add(window);
    }

    /** The windows of a segment's host bridge, as far as the machine's description tells of them. */
    public List<HostWindow> windows(int domain) {
        return windows.toList().stream()
                .filter(window -> window.domain() == domain)
                .toList();
    }

    boolean hasIvrs() {
        return ivrs.get();
    }
}
