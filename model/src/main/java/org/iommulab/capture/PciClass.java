package org.iommulab.capture;

import java.util.Map;

/** PCI class codes in words: those that a topology usually holds (include/linux/pci_ids.h). */
public final class PciClass {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("0100", "SCSI controller"),
            Map.entry("0101", "IDE controller"),
            Map.entry("0106", "SATA controller"),
            Map.entry("0107", "SAS controller"),
            Map.entry("0108", "NVMe controller"),
            Map.entry("0200", "Ethernet"),
            Map.entry("0280", "network controller"),
            Map.entry("0300", "VGA controller"),
            Map.entry("0302", "3D controller"),
            Map.entry("0380", "display controller"),
            Map.entry("0400", "video"),
            Map.entry("0403", "audio"),
            Map.entry("0480", "multimedia"),
            Map.entry("0500", "memory"),
            Map.entry("0580", "memory controller"),
            Map.entry("0600", "host bridge"),
            Map.entry("0601", "ISA bridge"),
            Map.entry("0604", "PCI bridge"),
            Map.entry("0680", "bridge"),
            Map.entry("0700", "serial port"),
            Map.entry("0780", "communication"),
            Map.entry("0806", "IOMMU"),
            Map.entry("0880", "system peripheral"),
            Map.entry("0c03", "USB controller"),
            Map.entry("0c05", "SMBus"),
            Map.entry("1080", "crypto"),
            Map.entry("1180", "signal processing"));

    private PciClass() {}

    /** Of {@code 0x010802}; empty when it is none of the usual ones. */
    public static String words(String code) {
        String digits = code.startsWith("0x") ? code.substring(2) : code;
        return digits.length() < 4 ? "" : WORDS.getOrDefault(digits.substring(0, 4), "");
    }
}
