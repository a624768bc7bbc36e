package org.iommulab.bus.pci;

import static org.iommulab.bus.pci.AcsFlag.COMPLETION_REDIRECT;
import static org.iommulab.bus.pci.AcsFlag.DIRECT_TRANSLATED;
import static org.iommulab.bus.pci.AcsFlag.EGRESS_CONTROL;
import static org.iommulab.bus.pci.AcsFlag.REQUEST_REDIRECT;
import static org.iommulab.bus.pci.AcsFlag.SOURCE_VALIDATION;
import static org.iommulab.bus.pci.AcsFlag.TRANSLATION_BLOCKING;
import static org.iommulab.bus.pci.AcsFlag.UPSTREAM_FORWARDING;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Rules for functions that keep themselves apart without saying so in an ACS capability, or say it in their own way
 * (drivers/pci/quirks.c, v6.1: pci_dev_specific_acs_enabled and the functions that its table names).
 */
enum AcsQuirk {
    AMD_SB("pci_quirk_amd_sb_acs"),
    MF_ENDPOINT("pci_quirk_mf_endpoint_acs"),
    RCIEP("pci_quirk_rciep_acs"),
    INTEL_PCH("pci_quirk_intel_pch_acs"),
    INTEL_SPT_PCH("pci_quirk_intel_spt_pch_acs"),
    QCOM_ROOT_PORT("pci_quirk_qcom_rp_acs"),
    CAVIUM("pci_quirk_cavium_acs"),
    XGENE("pci_quirk_xgene_acs"),
    BROADCOM("pci_quirk_brcm_acs"),
    LOONGSON("pci_quirk_loongson_acs"),
    ANNAPURNA("pci_quirk_al_acs"),
    NXP_ROOT_PORT("pci_quirk_nxp_rp_acs"),
    ZHAOXIN_PORTS("pci_quirk_zhaoxin_pcie_ports_acs"),
    WANGXUN("pci_quirk_wangxun_nic_acs");

    private static final Set<AcsFlag> LIKE_A_PORT =
            EnumSet.of(SOURCE_VALIDATION, REQUEST_REDIRECT, COMPLETION_REDIRECT, UPSTREAM_FORWARDING);
    private static final Set<AcsFlag> LIKE_AN_ENDPOINT = EnumSet.of(
            SOURCE_VALIDATION,
            TRANSLATION_BLOCKING,
            REQUEST_REDIRECT,
            COMPLETION_REDIRECT,
            UPSTREAM_FORWARDING,
            DIRECT_TRANSLATED);
    private static final Set<AcsFlag> OF_FUNCTIONS =
            EnumSet.of(REQUEST_REDIRECT, COMPLETION_REDIRECT, EGRESS_CONTROL, DIRECT_TRANSLATED);

    /** Of the south bridge's functions: all requests go up, so these two are as good as on. */
    private static final Set<AcsFlag> REDIRECTS = EnumSet.of(REQUEST_REDIRECT, COMPLETION_REDIRECT);

    private final String function;

    AcsQuirk(String function) {
        this.function = function;
    }

    /** The kernel's function. */
    String function() {
        return function;
    }

    /** Whether all the wanted flags are as good as on; empty when the rule does not know this function. */
    Optional<Boolean> answer(PciFunction function, Set<AcsFlag> wanted) {
        PciType type = function.type();
        int device = function.found().device();
        boolean rootPort = type == PciType.ROOT_PORT;
        return switch (this) {
            case MF_ENDPOINT -> Optional.of(LIKE_AN_ENDPOINT.containsAll(wanted));
            case QCOM_ROOT_PORT, XGENE, BROADCOM, LOONGSON, NXP_ROOT_PORT ->
                Optional.of(LIKE_A_PORT.containsAll(wanted));
            case RCIEP -> only(type == PciType.RC_ENDPOINT, LIKE_A_PORT.containsAll(wanted));
            case ANNAPURNA -> only(rootPort, LIKE_A_PORT.containsAll(wanted));
            case CAVIUM -> only(rootPort && isThunder(device), LIKE_A_PORT.containsAll(wanted));
            case INTEL_PCH ->
                only(
                        rootPort && AcsQuirkTable.INTEL_PCH_PORTS.contains(device),
                        wanted.isEmpty() || function.acsByQuirk().get() && LIKE_A_PORT.containsAll(wanted));
            case INTEL_SPT_PCH ->
                hasControlInTheNextWord(function.found()) ? sunrisePoint(function, wanted) : Optional.empty();
            case ZHAOXIN_PORTS ->
                only(
                        rootPort || type == PciType.DOWNSTREAM_PORT,
                        isZhaoxinPort(device) && LIKE_A_PORT.containsAll(wanted));
            case WANGXUN -> Optional.of(isWangxunNic(device) && LIKE_A_PORT.containsAll(wanted));
            case AMD_SB ->
                only(
                        function.multifunction().get()
                                && function.bus().isRoot()
                                && function.bus().settings().hasIvrs(),
                        wanted.stream().filter(OF_FUNCTIONS::contains).allMatch(REDIRECTS::contains));
        };
    }

    private static Optional<Boolean> only(boolean known, boolean answer) {
        return known ? Optional.of(answer) : Optional.empty();
    }

    private static boolean isThunder(int device) {
        return device >= 0xa000 && device <= 0xa7ff || device == 0xaf84 || device == 0xb884;
    }

    private static boolean isZhaoxinPort(int device) {
        return device >= 0x0710 && device <= 0x071e || device == 0x0721 || device >= 0x0723 && device <= 0x0752;
    }

    private static boolean isWangxunNic(int device) {
        return device >= 0x0100 && device <= 0x010f
                || Set.of(0x1001, 0x2001, 0x5010, 0x5025, 0x5040, 0x5110, 0x5125, 0x5140)
                        .contains(device);
    }

    /**
     * pci_quirk_intel_spt_pch_acs_match: root ports of the 100 and 200 series chipsets, whose control register has two
     * words and stands behind two words of capability.
     */
    static boolean hasControlInTheNextWord(ConfigSpace space) {
        int device = space.device();
        return space.vendor() == 0x8086
                && PciType.of(space) == PciType.ROOT_PORT
                && (device >= 0xa110 && device <= 0xa11f
                        || device >= 0xa167 && device <= 0xa16a
                        || device >= 0xa290 && device <= 0xa29f
                        || device >= 0xa2e7 && device <= 0xa2ee
                        || device >= 0x9d10 && device <= 0x9d1b);
    }

    private static Optional<Boolean> sunrisePoint(PciFunction function, Set<AcsFlag> wanted) {
        var at = function.found().find(ExtendedCapability.ACS);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        int capability = function.config().read32(at.getAsInt() + Acs.CAPABILITY);
        int control = function.config().read32(at.getAsInt() + Acs.CAPABILITY + 4);
        return Optional.of(new Acs(AcsFlag.of(capability), AcsFlag.of(control))
                .missing(wanted)
                .isEmpty());
    }

    /** What the table of the kernel says of a function: the first of its rules that knows it. */
    static Optional<Boolean> lookUp(PciFunction function, Set<AcsFlag> wanted) {
        for (AcsQuirkTable.Row row : AcsQuirkTable.ROWS) {
            if (row.matches(function.found())) {
                Optional<Boolean> answer = row.quirk().answer(function, wanted);
                if (answer.isPresent()) {
                    return answer;
                }
            }
        }
        return Optional.empty();
    }
}
