package org.iommulab.bus.pci;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * Turning ACS on when a function is added (drivers/pci/pci.c: pci_acs_init, pci_enable_acs, pci_std_enable_acs;
 * drivers/pci/quirks.c: pci_dev_specific_enable_acs). Functions of trusted ports only.
 */
final class PciAcs {
    private static final Term ENABLE = Term.function("pci_enable_acs", "drivers/pci/pci.c");
    private static final Term PCH = LogText.of("<6>Intel PCH root port ACS workaround enabled");
    private static final Term PCH_FAILED = LogText.of("<4>Failed to enable Intel PCH ACS quirk");
    private static final Term SPT = LogText.of("<6>Intel SPT PCH root port ACS workaround enabled");
    private static final int WANTED = AcsFlag.bits(AcsFlag.REQUIRED);
    private static final int LPC = 31 << 3;
    private static final int ROOT_COMPLEX_BASE = 0xf0;

    private final Kernel kernel;
    private final PciHardware hardware;

    PciAcs(Kernel kernel, PciHardware hardware) {
        this.kernel = kernel;
        this.hardware = hardware;
    }

    void enable(Device device, PciFunction function) {
        if (function.bus().settings().isAcsRequested()) {
            kernel.run(ENABLE, device, () -> {
                if (!byQuirk(device, function)) {
                    standard(function);
                }
            });
        }
    }

    private static void standard(PciFunction function) {
        function.found().find(ExtendedCapability.ACS).ifPresent(at -> {
            int capability = function.config().read16(at + Acs.CAPABILITY);
            int control = function.config().read16(at + Acs.CONTROL);
            function.config().write16(at + Acs.CONTROL, control | capability & WANTED);
        });
    }

    private boolean byQuirk(Device device, PciFunction function) {
        if (function.found().vendor() != 0x8086) {
            return false;
        }
        if (function.type() == PciType.ROOT_PORT
                && AcsQuirkTable.INTEL_PCH_PORTS.contains(function.found().device())) {
            platformController(device, function);
            return true;
        }
        var at = function.found().find(ExtendedCapability.ACS);
        if (at.isEmpty() || !AcsQuirk.hasControlInTheNextWord(function.found())) {
            return false;
        }
        int capability = function.config().read32(at.getAsInt() + Acs.CAPABILITY);
        int next = at.getAsInt() + Acs.CAPABILITY + 4;
        function.config().write32(next, function.config().read32(next) | capability & WANTED);
        kernel.log().line(SPT, device, 0, 0);
        return true;
    }

    // pci_quirk_enable_intel_pch_acs: the chipset's own registers do it, if its LPC function says where they are
    private void platformController(Device device, PciFunction function) {
        boolean enabled = (hardware.at(function.bus(), LPC).read32(ROOT_COMPLEX_BASE) & 1) != 0;
        function.acsByQuirk().setQuietly(enabled);
        kernel.log().line(enabled ? PCH : PCH_FAILED, device, 0, 0);
    }
}
